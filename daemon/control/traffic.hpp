// How much is going on at the listener.
#pragma once

#include <atomic>

#include "control/user_shares.hpp"

namespace berth {

struct Traffic {  // [any]
  std::atomic<int> connections{0};
  std::atomic<int> answering{
      0};  // requests read and not yet answered; endless streams are not counted
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

}  // namespace berth
