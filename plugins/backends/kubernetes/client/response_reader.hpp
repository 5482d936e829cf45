// Takes an HTTP answer apart as its bytes come in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct ResponseHead {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::vector<std::string> warnings;
};

// One answer. [io]
class ResponseReader {
 public:
  struct Listener {
    std::function<void(ResponseHead)> head;  // not for 1xx, which is read over
    std::function<void(std::string_view)> body;
  };

  explicit ResponseReader(Listener listener);
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;
  ~ResponseReader();

  // Takes bytes, also some of a head that is not whole. False when they are no HTTP.
  bool put(std::string_view bytes);
  // The connection has ended. False when the answer has not.
  bool put_end();

  bool has_begun() const;  // any byte has come
  bool is_complete() const;
  bool has_more() const;  // bytes behind the complete answer
  bool leaves_connection_open() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

// The texts of a "warning" header: `299 - "unknown field \"spec.x\""`, several between commas.
// [any]
std::vector<std::string> warning_texts(std::string_view header);

}  // namespace berth
