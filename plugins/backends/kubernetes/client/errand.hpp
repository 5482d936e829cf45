// One request on its way: waits for its turn, credentials and a connection, and is tried again
// where that is safe.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "api_client.hpp"
#include "api_client_core.hpp"

namespace berth {

// [io]
class Errand : public std::enable_shared_from_this<Errand> {
 public:
  using Clock = std::chrono::steady_clock;

  Errand(std::shared_ptr<ApiClient::Core> core, ApiRequest request);
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;
  virtual ~Errand() = default;

  void begin();
  void run();     // its turn has come
  void cancel();  // without a word
  bool takes_slot() const { return takes_slot_; }

 protected:
  // The last thing that is told. Neither is called after the other.
  virtual void fail(ApiFailure failure) = 0;
  virtual void answer(ApiAnswer answer) = 0;
  // The head of an answer. True: the body goes to `stream`, and `end_stream` ends it.
  virtual bool streams(const ResponseHead&) { return false; }
  virtual void stream(std::string_view) {}
  virtual void end_stream(const std::string& /* why: "" is orderly */) {}

  ApiClient::Core& core() { return *core_; }
  ApiConnection* connection() { return connection_.get(); }
  boost::asio::steady_timer& timer() { return timer_; }
  bool is_over() const { return !core_; }
  // Leaves the core; whatever is told comes after that.
  void leave();
  void set_takes_slot(bool takes) { takes_slot_ = takes; }

 private:
  enum class Stage { kWaiting, kCredentials, kConnecting, kSent, kPausing };

  void await_deadline();
  void run_late();
  void renew_credentials();
  void take_credentials(const Credentials::Given& given);
  void connect();
  void send();
  void take_head(ResponseHead head);
  void take_body(std::string_view bytes);
  void take_end(const ExchangeEnd& end);
  void take_broken(const ExchangeEnd& end);
  void take_answer();
  void give_answer();
  bool tries_again(std::chrono::milliseconds wait);
  void leave_connection();
  void end_failed(ApiFailure::Kind kind, std::string message);
  bool is_read() const { return request_.method == "GET"; }

  std::shared_ptr<ApiClient::Core> core_;
  ApiRequest request_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer again_;
  Clock::time_point deadline_{};
  Stage stage_ = Stage::kWaiting;
  bool takes_slot_;
  bool has_slot_ = false;
  std::shared_ptr<const Identity> identity_;
  std::shared_ptr<ApiConnection> connection_;
  bool is_reused_ = false;
  bool wants_new_ = false;
  bool was_renewed_ = false;
  bool is_streaming_ = false;
  int tries_ = 0;
  ApiAnswer answer_;
  std::string last_refusal_;  // "429 Too Many Requests", of the try before
};

}  // namespace berth
