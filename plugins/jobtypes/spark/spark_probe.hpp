// Asks a Spark cluster's master whether its workers have joined.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// One turn of the conversation; its form is in <berth/jobtype.hpp>.
std::string probe_spark(std::string_view turn);

}  // namespace berth
