// Text as numbers: equal text is an equal id, so that the hot path compares integers.
#pragma once

#include <berth/abi.h>

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace berth {

// Only text of the site, the pools and the plugins' options is ever added; a job's is looked up, so
// jobs cannot make the table grow. [any]
class Interns {
 public:
  explicit Interns(std::size_t most = 1'000'000) : most_(most) {}

  berth_id add(std::string_view text);           // BERTH_ID_ABSENT when full or empty
  berth_id look_up(std::string_view text) const; // BERTH_ID_ABSENT for "", BERTH_ID_UNKNOWN if new
  std::string text(berth_id id) const;           // empty for absent and unknown ids

 private:
  mutable std::mutex mutex_;
  std::size_t most_;
  std::deque<std::string> texts_;  // id is index + 1; a deque, so that views into it stay
  std::unordered_map<std::string_view, berth_id> ids_;
};

}  // namespace berth
