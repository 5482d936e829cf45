// Wakes those who wait for the next commit. It carries no events: each watcher reads them from the
// store at his own pace, so one who reads nothing costs nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <limits>
#include <memory>
#include <mutex>

#include "base/error.hpp"
#include "control/user_shares.hpp"

namespace berth {

// Everything here is [any].
class EventHub {
 public:
  explicit EventHub(std::int64_t watchers_max) : watchers_max_(watchers_max) {}

  // Events up to `sequence` can be read now. Wakes run on the calling thread: they only post.
  void publish(std::int64_t sequence);

  // Calls `wake` once, as soon as there is an event after `sequence`; at once if there is. Gives
  // the number to give it up by.
  std::int64_t wait(std::int64_t sequence, std::function<void()> wake);
  void give_up(std::int64_t number);

  // A place among the watchers, held as long as the pointer lives. Errors: "TooManyWatchers" when all
  // are taken, or `most_of_user` by this user.
  Result<std::shared_ptr<void>> join(
      uid_t user, std::int64_t most_of_user = std::numeric_limits<std::int64_t>::max());
  std::int64_t watchers() const;

 private:
  std::int64_t watchers_max_;
  mutable std::mutex mutex_;
  std::int64_t published_ = 0;
  std::int64_t next_number_ = 1;
  std::map<std::int64_t, std::function<void()>> waiting_;
  std::int64_t watchers_ = 0;
  UserShares shares_;
};

}  // namespace berth
