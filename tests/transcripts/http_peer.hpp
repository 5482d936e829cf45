// A client that speaks plain HTTP over a Unix socket, one question a connection.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {

struct HeardAnswer {
  int status = 0;  // 0: hung up without one
  std::string head;
  std::string body;  // chunks joined
};

class HttpPeer {
 public:
  explicit HttpPeer(std::string socket_path) : socket_path_(std::move(socket_path)) {}

  HeardAnswer ask(const std::string& method, const std::string& target,
                  const std::vector<std::string>& headers, const std::string& body) const;

  // Reads an answer's bytes as they come until `is_enough` likes all that came so far. Empty, or
  // all that came when the stream ended before.
  std::string follow(const std::string& target,
                     const std::function<bool(std::string_view)>& is_enough) const;

 private:
  int connect() const;

  std::string socket_path_;
};

}  // namespace berth
