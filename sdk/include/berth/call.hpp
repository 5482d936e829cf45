// A call of the host to a backend that is waiting for its answer.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/json_text.hpp"

namespace berth::inline v1 {

// Copies are the same call. It is answered exactly once: the first answer counts, later ones are
// ignored, and when the last copy is dropped without one the host is told UNKNOWN, so that it asks
// again and never waits for ever. The host copies texts before an answer returns. [any]
class Call {
 public:
  Call(const berth_backend_host* host, std::uint64_t number)
      : state_(std::make_shared<State>(host, number)) {}

  // It happened. The form of `json` is the call's; see <berth/backend.hpp>.
  void ok(std::string_view json = "{}") const { state_->answer(BERTH_CALL_OK, json); }
  // It did not happen, but may well later: the host tries again. `reason` is a word for what stands
  // in the way: RateLimited, QuotaExceeded, ... Hosts up to now show the message alone.
  void transient(std::string_view message, std::string_view reason = {}) const {
    fail(BERTH_CALL_TRANSIENT, message, reason);
  }
  // It did not happen and never will. `reason` is a word that people see: SubmissionFailed, ...
  void permanent(std::string_view message, std::string_view reason = {}) const {
    fail(BERTH_CALL_PERMANENT, message, reason);
  }
  // There is nothing of that attempt here.
  void not_found(std::string_view message = "not found") const {
    fail(BERTH_CALL_NOT_FOUND, message, {});
  }
  // No telling whether it happened: the host asks again before it does anything else.
  void unknown(std::string_view message) const { fail(BERTH_CALL_UNKNOWN, message, {}); }

  bool is_answered() const { return state_->answered; }

 private:
  struct State {
    State(const berth_backend_host* to, std::uint64_t call) : host(to), number(call) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
      answer(BERTH_CALL_UNKNOWN, R"({"message":"the backend dropped the call unanswered"})");
    }

    void answer(berth_call_status status, std::string_view json) {
      if (answered.exchange(true)) return;
      host->complete(host->context, number, status, as_str(json));
    }

    const berth_backend_host* host;
    const std::uint64_t number;
    std::atomic<bool> answered = false;
  };

  void fail(berth_call_status status, std::string_view message, std::string_view reason) const {
    std::string json = "{\"message\":" + json_quoted(message);
    if (!reason.empty()) json += ",\"reason\":" + json_quoted(reason);
    state_->answer(status, json + '}');
  }

  std::shared_ptr<State> state_;
};

}  // namespace berth::inline v1
