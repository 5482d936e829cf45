// Requests to one API server: connections, credentials, limits and what may be tried again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api_access.hpp"

namespace boost::asio {
class io_context;
}

namespace berth {

struct ApiRequest {
  std::string method = "GET";
  std::string path;  // begins with '/', with the query
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
  std::chrono::milliseconds timeout{15'000};  // of all together: waiting, connecting, the answer
  std::size_t limit_bytes = 32 << 20;         // of the answer's body
  bool is_urgent = false;                     // health probes: waits for no limit, counts for none
  bool is_proxied = false;  // the answer is a pod's, whatever it says: it is given as it is
};

struct ApiAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::vector<std::string> warnings;           // the texts of `warning: 299` headers
  std::string body;

  bool is_success() const { return status >= 200 && status < 300; }
};

struct ApiFailure {
  enum class Kind {
    kUnreachable,  // surely not done: it was not sent
    kUnknown,      // may have been done: broken, late or unreadable after sending
    kRateLimited,  // surely not done: too many wait already, or it waited until its timeout
    kCredentials,  // surely not done: there are no credentials, or they were refused twice
    kBadRequest,   // surely not done: no header or path can look like this
  };
  Kind kind;
  std::string message;
};

using ApiResult = std::variant<ApiAnswer, ApiFailure>;

struct ApiLimits {
  double requests_per_second = 50;
  double burst = 100;
  std::size_t concurrent_max = 16;  // requests; streams are not counted
  std::size_t waiting_max = 1000;
  std::size_t streams_max = 256;
};

struct StreamLimits {
  std::chrono::milliseconds idle_max{150'000};  // without a byte; the stream ends then
  std::size_t line_bytes_max = 8 << 20;
};

// How a stream ended. Exactly one of `status` (the server answered something else than a stream,
// and its body is `message`) and `failure` is set, or none: the server ended it orderly.
struct StreamEnd {
  int status = 0;
  std::optional<ApiFailure::Kind> failure;
  std::string message;
  std::chrono::milliseconds retry_after{0};
};

// All [io]. Each may destroy the stream.
struct StreamListener {
  std::function<void()> opened;                 // the server agreed; may be empty
  std::function<void(std::string_view)> line;   // without its end; empty lines are left out
  std::function<void(std::string_view)> bytes;  // instead of `line`: whatever came
  std::function<void(StreamEnd)> ended;         // once, and nothing after it
};

// Destroyed: cancelled, and the listener is not called any more. [io]
class ApiStream {
 public:
  virtual ~ApiStream() = default;
  // Nothing is read until `resume`, so that a fast server has to wait. The line that is being told,
  // and those that came with it, are still told. Idle time is not counted meanwhile.
  virtual void pause() = 0;
  virtual void resume() = 0;
};

struct ApiClientFigures {
  std::uint64_t requests = 0;  // sent, with those tried again
  std::uint64_t retries = 0;
  std::uint64_t rate_limited = 0;  // refused because too many waited or they waited too long
  std::uint64_t throttled = 0;     // 429 answers
  std::uint64_t connections_opened = 0;
  std::size_t open_connections = 0;
  std::size_t waiting = 0;
  std::size_t streams = 0;
};

// Gives numbers from 0 up to but not 1.
using RandomSource = std::function<double()>;
RandomSource seeded_random(std::uint64_t seed = std::random_device{}());

// All it does happens on the io context's only thread. Once it is destroyed no callback is called
// any more; they are dropped. Made and destroyed on [io], or while the context does not run.
class ApiClient {
 public:
  // Throws BadAccess where certificates cannot be read.
  ApiClient(boost::asio::io_context& io, ApiAccess access, ApiLimits limits = {},
            RandomSource random = seeded_random());
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;
  ~ApiClient();

  using Done = std::function<void(ApiResult)>;
  // `done` is called once, on [io], never within this call. [any]
  void ask(ApiRequest request, Done done);

  // A GET whose answer has no end. `request.timeout` lasts until the server has agreed. The
  // listener is not called within this call. [io]
  std::unique_ptr<ApiStream> stream(ApiRequest request, StreamListener listener,
                                    StreamLimits limits = {});

  ApiClientFigures figures() const;  // [any]
  const ApiAccess& access() const;   // [any]

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace berth
