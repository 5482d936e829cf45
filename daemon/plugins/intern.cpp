#include "plugins/intern.hpp"

namespace berth {

berth_id Interns::add(std::string_view text) {
  if (text.empty()) return BERTH_ID_ABSENT;
  const std::lock_guard lock(mutex_);
  if (const auto known = ids_.find(text); known != ids_.end()) return known->second;
  if (texts_.size() >= most_) return BERTH_ID_ABSENT;
  texts_.emplace_back(text);
  const auto id = static_cast<berth_id>(texts_.size());
  ids_.emplace(texts_.back(), id);
  return id;
}

berth_id Interns::look_up(std::string_view text) const {
  if (text.empty()) return BERTH_ID_ABSENT;
  const std::lock_guard lock(mutex_);
  const auto known = ids_.find(text);
  return known == ids_.end() ? BERTH_ID_UNKNOWN : known->second;
}

std::string Interns::text(berth_id id) const {
  const std::lock_guard lock(mutex_);
  return id == BERTH_ID_ABSENT || id > texts_.size() ? std::string{} : texts_[id - 1];
}

}  // namespace berth
