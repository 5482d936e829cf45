// How the command line talks to berthd: HTTP over its Unix socket.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct ControlRequest {
  std::string method = "GET";
  std::string target;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct ControlReply {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case

  bool is_good() const { return status >= 200 && status < 300; }
};

// Takes a piece of a body as it arrives; false: enough, hang up.
using TakePiece = std::function<bool(std::string_view)>;

// Called about ten times a second while nothing arrives; false: give up.
using WhileIdle = std::function<bool()>;

// Errors of both calls: "Unreachable" (nobody listens), "Broken" (the connection ended before the
// answer did), "Timeout", "Interrupted" (`idle` gave up).
class ControlClient {
 public:
  virtual ~ControlClient() = default;

  // One question, one whole answer, whatever its status.
  virtual Result<ControlReply> send(const ControlRequest& request) = 0;

  // A good answer's body goes to `take` as it comes; of any other it is in the reply.
  virtual Result<ControlReply> stream(const ControlRequest& request, const TakePiece& take,
                                      const WhileIdle& idle) = 0;
};

}  // namespace berth
