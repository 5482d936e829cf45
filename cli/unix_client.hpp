// The control socket's client: one connection for each request, so that a daemon that was restarted
// is found again by the next one.
#pragma once

#include <string>

#include "cli/client.hpp"

namespace berth {

class UnixClient final : public ControlClient {
 public:
  explicit UnixClient(std::string socket_path);

  Result<ControlReply> send(const ControlRequest& request) override;
  Result<ControlReply> stream(const ControlRequest& request, const TakePiece& take,
                              const WhileIdle& idle) override;

 private:
  std::string socket_path_;
};

}  // namespace berth
