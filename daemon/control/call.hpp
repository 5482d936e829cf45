// One request of a client as the routes see it, and what they answer.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "access/principal.hpp"

namespace berth {

enum class Method { kGet, kPost, kOther };

struct Call {
  Method method = Method::kGet;
  std::string path;                                        // decoded by the router, part by part
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  std::map<std::string, std::string> names;                // what stood for {id} in the path
  std::string idempotency_key;
  std::string body;
  Principal principal;
};

struct Piece {
  std::string bytes;  // empty: nothing yet, but worth asking again
  bool is_last = false;
};

// A body that goes on for as long as there is something to say. It is asked for the next piece only
// once the piece before has been taken by the client, so a slow client holds up nothing but
// himself.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Calls `done` once, at any time and on any thread, unless the stream dies first. `done` only
  // posts; it may outlive the stream. Never called again before that. [io]
  virtual void next(std::function<void(Piece)> done) = 0;
  // Sent while nothing happens, so that both ends know of each other; empty: nothing is sent. [io]
  virtual std::string heartbeat() const { return ""; }
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<BodyStream> stream;  // instead of `body`
};

using Respond = std::function<void(Response)>;  // once, on any thread

}  // namespace berth
