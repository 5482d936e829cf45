// One kept-alive HTTP connection: exchanges one after the other.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "byte_stream.hpp"
#include "response_reader.hpp"

namespace berth {

// How an exchange ended.
struct ExchangeEnd {
  std::string why;         // "" when the answer came whole
  bool has_begun = false;  // any byte of the answer came
};

struct ExchangeListener {
  std::function<void(ResponseHead)> head;
  std::function<void(std::string_view)> body;
  std::function<void(ExchangeEnd)> ended;  // once, and nothing after it
};

// It reads all the time, also when idle: so a connection that the server closes is known as closed
// before a request is sent on it. No callback is called after `close`. [io]
class ApiConnection : public std::enable_shared_from_this<ApiConnection> {
 public:
  ApiConnection(boost::asio::io_context& io, const ApiAccess& access,
                std::shared_ptr<boost::asio::ssl::context> tls);
  ~ApiConnection() = default;

  void open(std::function<void(std::string why)> opened);
  void send(std::string request, ExchangeListener listener);
  void pause();
  void resume();
  void close();

  bool is_idle() const { return is_open_ && !listener_; }
  const void* tls() const { return tls_.get(); }

  std::function<void()> closed;  // by the server, while idle; may be empty
  std::chrono::steady_clock::time_point idle_since{};

 private:
  void read();
  void take(std::string_view bytes, bool is_end, const std::string& why);
  void take_end(const std::string& why);
  void finish(const std::string& why);
  void give_up(const std::string& why);

  const std::shared_ptr<boost::asio::ssl::context> tls_;
  ByteStream bytes_;
  std::unique_ptr<ResponseReader> reader_;
  std::optional<ExchangeListener> listener_;
  bool is_open_ = false;
  bool is_reading_ = false;
  bool is_paused_ = false;
};

}  // namespace berth
