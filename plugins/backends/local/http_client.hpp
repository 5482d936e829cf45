// One HTTP request to a job's endpoint on this machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace berth {

struct HttpRequest {
  std::string address;  // "host:port"; loopback alone
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;
  std::string body;
  std::chrono::milliseconds timeout{5000};
  std::uint64_t limit_bytes = 1 << 20;  // of the answer's body
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
};

// Blocks, at most for the timeout. Throws std::runtime_error with words for people. [any]
HttpAnswer ask_http(const HttpRequest& request);

}  // namespace berth
