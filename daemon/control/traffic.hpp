// How much is going on at one entrance.
#pragma once

#include <atomic>
#include <cstdint>

#include "control/user_shares.hpp"

namespace berth {

struct Traffic {  // [any]
  std::atomic<int> connections{0};
  std::atomic<int> answering{
      0};  // requests read and not yet answered; endless streams are not counted
  std::atomic<std::int64_t> buffered_bytes{0};
  std::atomic<bool> is_stopping{false};
  UserShares connections_of_users;
};

// One more, for as long as this lives.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<int>& count_;
};

// Bytes that are held for one client, counted with everybody else's. So much of them as any
// ordinary request needs is not counted: whoever hoards keeps nobody else out. [one at a time]
class Buffered {
 public:
  Buffered(Traffic& traffic, std::int64_t bytes_max)
      : all_(traffic.buffered_bytes), bytes_max_(bytes_max) {}
  ~Buffered() { all_ -= bytes_; }
  Buffered(const Buffered&) = delete;
  Buffered& operator=(const Buffered&) = delete;

  static constexpr std::int64_t kFree = 64 * 1024;

  // False: there is no room for so many, and what was held before is still counted.
  bool hold(std::int64_t bytes) {
    bytes = bytes > kFree ? bytes - kFree : 0;
    const std::int64_t more = bytes - bytes_;
    if (all_.fetch_add(more) + more > bytes_max_ && more > 0) {
      all_ -= more;
      return false;
    }
    bytes_ = bytes;
    return true;
  }

 private:
  std::atomic<std::int64_t>& all_;
  std::int64_t bytes_max_;
  std::int64_t bytes_ = 0;
};

}  // namespace berth
