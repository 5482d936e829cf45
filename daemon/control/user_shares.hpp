// How much each user holds of something that all share.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace berth {

// Everything here is [any].
class UserShares {
 public:
  // One more for this user, held as long as the pointer lives; null when he has `most` already.
  std::shared_ptr<void> take(uid_t user, std::int64_t most);

 private:
  struct Counts {
    std::mutex mutex;
    std::map<uid_t, std::int64_t> held;
  };
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

}  // namespace berth
