// Which of Spark's settings are not for a job to set.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Why, and what to do instead; none: the job may set it. [any]
struct ConfRefusal {
  std::string message;
  std::string hint;
};
std::optional<ConfRefusal> refusal_of_conf(std::string_view name);

}  // namespace berth
