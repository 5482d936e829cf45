#include "control/user_shares.hpp"

namespace berth {

std::shared_ptr<void> UserShares::take(uid_t user, std::int64_t most) {
  const std::lock_guard lock(counts_->mutex);
  std::int64_t& held = counts_->held[user];
  if (held >= most) return nullptr;
  ++held;
  return {counts_.get(), [counts = counts_, user](void*) {
            const std::lock_guard leaving(counts->mutex);
            const auto own = counts->held.find(user);
            if (--own->second == 0) counts->held.erase(own);
          }};
}

}  // namespace berth
