// The ends of an attempt after which a job may ask to be placed again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth {

const std::vector<std::string>& retry_reasons();  // in the order of the manual [any]

bool is_retry_reason(std::string_view word);  // [any]

}  // namespace berth
