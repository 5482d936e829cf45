// Takes connections at every entrance that the site has.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "control/acceptor.hpp"

namespace berth {

class Listener {
 public:
  // Binds and serves at once: the Unix socket, and TCP where it is configured. Errors: those of
  // the entrances. The references outlive the threads of `io`; the state folder's lock is held.
  static Result<std::unique_ptr<Listener>> open(Control& control, IoThreads& io);

  // No new connection is taken and the socket file goes; what was asked is still answered. [any]
  void stop_accepting();
  int connections() const;  // [any]
  // Waits, not longer than `patience`, until every request that was read has been answered.
  void wait_for_answers(std::chrono::milliseconds patience) const;

 private:
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace berth
