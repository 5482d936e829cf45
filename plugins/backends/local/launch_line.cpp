#include "launch_line.hpp"

#include <utility>

namespace berth {

void LaunchLine::join(const AttemptKey& key, Start start) {
  std::vector<Start>& asked = waiting_[key];
  if (asked.empty()) order_.push_back(key);
  asked.push_back(std::move(start));
  start_next();
}

void LaunchLine::start_next() {
  while (!order_.empty() && members_under_way_ < members_max_) {
    const std::vector<Start> asked = std::move(waiting_.extract(order_.front()).mapped());
    order_.pop_front();
    for (const Start& start : asked) start();
  }
}

std::shared_ptr<void> LaunchLine::take_place(std::size_t members) {
  members_under_way_ += members;
  return {nullptr, [this, members](void*) {
            members_under_way_ -= members;
            later_([this] { start_next(); });
          }};
}

}  // namespace berth
