// The control socket's client: one connection for each request, so that a daemon that was restarted
// is found again by the next one.
#pragma once

#include <chrono>
#include <string>

#include "cli/client.hpp"

namespace berth {

class UnixClient final : public ControlClient {
 public:
  // `patience`: how long berthd may say nothing where an answer, or a heartbeat, is due.
  explicit UnixClient(std::string socket_path,
                      std::chrono::milliseconds patience = std::chrono::seconds(60));

  Result<ControlReply> send(const ControlRequest& request) override;
  Result<ControlReply> stream(const ControlRequest& request, const TakePiece& take,
                              const WhileIdle& idle) override;

 private:
  std::string socket_path_;
  std::chrono::milliseconds patience_;
};

}  // namespace berth
