#include "plugins/call_record.hpp"

#include <algorithm>

namespace berth {

void CallRecord::add_recent_to(std::vector<std::int64_t>& durations_ns) const {
  const std::size_t kept = std::min<std::size_t>(calls(), kRecent);
  for (std::size_t i = 0; i < kept; ++i) {
    durations_ns.push_back(recent_ns_[i].load(std::memory_order_relaxed));
  }
}

std::int64_t median(std::vector<std::int64_t> numbers) {
  if (numbers.empty()) return 0;
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

}  // namespace berth
