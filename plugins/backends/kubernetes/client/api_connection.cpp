#include "api_connection.hpp"

#include <utility>

namespace berth {

ApiConnection::ApiConnection(boost::asio::io_context& io, const ApiAccess& access,
                             std::shared_ptr<boost::asio::ssl::context> tls)
    : tls_(tls), bytes_(io, access, std::move(tls)) {}

void ApiConnection::open(std::function<void(std::string why)> opened) {
  bytes_.open([this, self = weak_from_this(), opened = std::move(opened)](std::string why) {
    const auto alive = self.lock();
    if (!alive) return;
    is_open_ = why.empty();
    if (is_open_) read();
    opened(std::move(why));
  });
}

void ApiConnection::send(std::string request, ExchangeListener listener) {
  listener_ = std::move(listener);
  reader_ = std::make_unique<ResponseReader>(
      ResponseReader::Listener{[this](ResponseHead head) {
                                 if (listener_) listener_->head(std::move(head));
                               },
                               [this](std::string_view body) {
                                 if (listener_) listener_->body(body);
                               }});
  bytes_.write(std::move(request), [this, self = weak_from_this()](const std::string& why) {
    const auto alive = self.lock();
    // An answer may have come although not all was taken: reading tells.
    if (alive && !why.empty() && !is_reading_) give_up("sending failed: " + why);
  });
  read();
}

void ApiConnection::pause() { is_paused_ = true; }

void ApiConnection::resume() {
  is_paused_ = false;
  read();
}

void ApiConnection::close() {
  is_open_ = false;
  listener_.reset();
  closed = nullptr;
  bytes_.close();
}

void ApiConnection::read() {
  if (!is_open_ || is_reading_ || is_paused_) return;
  is_reading_ = true;
  bytes_.read(
      [this, self = weak_from_this()](std::string_view bytes, bool is_end, const std::string& why) {
        const auto alive = self.lock();
        if (!alive) return;
        is_reading_ = false;
        take(bytes, is_end, why);
        read();
      });
}

void ApiConnection::take(std::string_view bytes, bool is_end, const std::string& why) {
  if (!listener_) {
    if (!bytes.empty() || is_end) give_up("");
    return;
  }
  if (!bytes.empty()) {
    // Whoever listens may send the next request within the last call: this reader stays until then.
    if (!reader_->put(bytes)) return give_up("the answer is no HTTP");
    if (!is_open_) return;
    if (reader_->is_complete()) return finish("");
  }
  if (is_end) take_end(why);
}

void ApiConnection::take_end(const std::string& why) {
  if (reader_->put_end()) {
    is_open_ = false;
    return finish("");
  }
  const std::string what = reader_->has_begun() ? "the connection broke within the answer"
                                                : "the connection was closed before an answer";
  give_up(why.empty() ? what : what + ": " + why);
}

void ApiConnection::finish(const std::string& why) {
  if (reader_->has_more() || !reader_->leaves_connection_open()) is_open_ = false;
  const ExchangeEnd end{why, reader_->has_begun()};
  const ExchangeListener listener = *std::exchange(listener_, std::nullopt);
  listener.ended(end);
}

void ApiConnection::give_up(const std::string& why) {
  is_open_ = false;
  bytes_.close();
  if (listener_) return finish(why);
  if (const auto told = std::exchange(closed, nullptr)) told();
}

}  // namespace berth
