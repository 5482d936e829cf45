#include "errand.hpp"

#include <algorithm>
#include <charconv>

#include "status_message.hpp"

namespace berth {
namespace {

using std::chrono::milliseconds;

constexpr int kTriesMax = 4;
constexpr milliseconds kPauseMost{120'000};  // however long a server asks for

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
    return std::isalnum(letter) || letter == '-' || letter == '_';
  });
}

bool is_one_line(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char letter) { return letter >= ' ' && letter != 0x7F; });
}

// "" when it can be sent.
std::string fault(const ApiRequest& request) {
  const bool path_is_good = request.path.starts_with('/') && is_one_line(request.path) &&
                            request.path.find(' ') == std::string::npos;
  if (!is_token(request.method) || !path_is_good) {
    return "\"" + request.method + ' ' + request.path + "\" is no request";
  }
  if (!is_one_line(request.content_type)) return "the content type has more than one line";
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_one_line(value)) return "header \"" + name + "\" is no header";
  }
  return "";
}

std::string write_request(const ApiRequest& request, const ApiAccess& access,
                          const Identity& identity) {
  const std::string server = access.server();
  const std::string host = server.substr(server.find("//") + 2);
  std::string text = request.method + ' ' + access.base_path + request.path + " HTTP/1.1\r\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  add("host", host.substr(0, host.find('/')));
  if (!request.headers.contains("accept")) add("accept", "application/json");
  if (!request.headers.contains("user-agent")) add("user-agent", "berth");
  if (!identity.token.empty()) add("authorization", "Bearer " + identity.token);
  for (const auto& [name, value] : request.headers) add(name, value);
  if (!request.body.empty()) add("content-type", request.content_type);
  if (!request.body.empty() || request.method != "GET") {
    add("content-length", std::to_string(request.body.size()));
  }
  return text + "\r\n" + request.body;
}

// In seconds; a date is not read.
milliseconds retry_after(const std::map<std::string, std::string>& headers) {
  const auto at = headers.find("retry-after");
  if (at == headers.end()) return milliseconds(0);
  int seconds = 0;
  std::from_chars(at->second.data(), at->second.data() + at->second.size(), seconds);
  return std::clamp(milliseconds(1000) * seconds, milliseconds(0), kPauseMost);
}

}  // namespace

Errand::Errand(std::shared_ptr<ApiClient::Core> core, ApiRequest request)
    : core_(std::move(core)),
      request_(std::move(request)),
      timer_(core_->io),
      again_(core_->io),
      takes_slot_(!request_.is_urgent) {}

void Errand::begin() {
  const auto self = shared_from_this();
  core_->enter(self);
  if (std::string why = fault(request_); !why.empty()) {
    return end_failed(ApiFailure::Kind::kBadRequest, std::move(why));
  }
  await_deadline();
  if (request_.is_urgent) return run();
  if (core_->queue(self)) return;
  ++core_->rate_limited;
  end_failed(ApiFailure::Kind::kRateLimited,
             std::to_string(core_->limits.waiting_max) +
                 " requests to this cluster wait already (requests_per_second, concurrent_max)");
}

void Errand::await_deadline() {
  deadline_ = Clock::now() + request_.timeout;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error && !self->is_over()) self->run_late();
  });
}

void Errand::run_late() {
  if (is_streaming_ || Clock::now() < deadline_) return;
  const std::string within = " within " + std::to_string(request_.timeout.count()) + " ms";
  switch (stage_) {
    case Stage::kWaiting:
    case Stage::kPausing:
      ++core_->rate_limited;
      return end_failed(ApiFailure::Kind::kRateLimited,
                        last_refusal_.empty()
                            ? "its turn did not come" + within +
                                  " (requests_per_second, concurrent_max, or the server asked for "
                                  "a pause)"
                            : "the API server went on answering " + last_refusal_ + within);
    case Stage::kCredentials:
      return end_failed(ApiFailure::Kind::kCredentials, "no credentials came" + within);
    case Stage::kConnecting:
      return end_failed(ApiFailure::Kind::kUnreachable,
                        "no connection to " + core_->access.server() + within);
    case Stage::kSent:
      return end_failed(ApiFailure::Kind::kUnknown,
                        core_->access.server() + " did not answer" + within);
  }
}

void Errand::run() {
  has_slot_ = takes_slot_;
  stage_ = Stage::kCredentials;
  const auto core = core_;  // whoever is told last may destroy the client
  core->credentials.get([weak = weak_from_this()](const Credentials::Given& given) {
    if (const auto alive = weak.lock(); alive && !alive->is_over()) alive->take_credentials(given);
  });
}

void Errand::renew_credentials() {
  ++core_->retries;
  stage_ = Stage::kCredentials;
  const auto core = core_;
  core->credentials.renew(*identity_, [weak = weak_from_this()](const Credentials::Given& given) {
    if (const auto alive = weak.lock(); alive && !alive->is_over()) alive->take_credentials(given);
  });
}

void Errand::take_credentials(const Credentials::Given& given) {
  if (const auto* why = std::get_if<std::string>(&given)) {
    return end_failed(ApiFailure::Kind::kCredentials, *why);
  }
  identity_ = std::get<std::shared_ptr<const Identity>>(given);
  if (!is_one_line(identity_->token)) {
    return end_failed(ApiFailure::Kind::kCredentials, "the token has more than one line");
  }
  connect();
}

void Errand::connect() {
  stage_ = Stage::kConnecting;
  const auto leased = [weak = weak_from_this()](std::shared_ptr<ApiConnection> connection,
                                                bool is_reused, const std::string& why) {
    const auto self = weak.lock();
    if (!self || self->is_over()) return;
    self->connection_ = std::move(connection);
    self->is_reused_ = is_reused;
    if (why.empty()) return self->send();
    self->end_failed(ApiFailure::Kind::kUnreachable, why);
  };
  const auto core = core_;
  try {
    auto connection = core->pool.lease(*identity_, wants_new_, leased);
    if (!is_over()) connection_ = std::move(connection);
  } catch (const BadAccess& error) {
    end_failed(ApiFailure::Kind::kCredentials, error.what());
  }
}

void Errand::send() {
  stage_ = Stage::kSent;
  ++core_->requests;
  ++tries_;
  answer_ = {};
  // The connection forgets its listener when it is closed, which `leave_connection` does.
  const auto weak = weak_from_this();
  connection_->send(write_request(request_, core_->access, *identity_),
                    {[weak](ResponseHead head) {
                       if (const auto self = weak.lock()) self->take_head(std::move(head));
                     },
                     [weak](std::string_view bytes) {
                       if (const auto self = weak.lock()) self->take_body(bytes);
                     },
                     [weak](const ExchangeEnd& end) {
                       if (const auto self = weak.lock()) self->take_end(end);
                     }});
}

void Errand::take_head(ResponseHead head) {
  if (is_over()) return;
  if (streams(head)) {
    is_streaming_ = true;
    return;
  }
  answer_.status = head.status;
  answer_.headers = std::move(head.headers);
  answer_.warnings = std::move(head.warnings);
}

void Errand::take_body(std::string_view bytes) {
  if (is_over()) return;
  if (is_streaming_) return stream(bytes);
  if (answer_.body.size() + bytes.size() > request_.limit_bytes) {
    return end_failed(ApiFailure::Kind::kUnknown,
                      "the answer is larger than " + std::to_string(request_.limit_bytes) +
                          " bytes (status " + std::to_string(answer_.status) + ")");
  }
  answer_.body.append(bytes);
}

void Errand::take_end(const ExchangeEnd& end) {
  if (is_over()) return;
  const bool is_whole = end.why.empty();
  if (is_whole) {
    core_->pool.give_back(std::exchange(connection_, nullptr));
  } else {
    leave_connection();
  }
  if (is_streaming_) return end_stream(end.why);
  is_whole ? take_answer() : take_broken(end);
}

void Errand::take_broken(const ExchangeEnd& end) {
  // The server closed it while the request was on its way. A read can be repeated without harm.
  if (is_read() && is_reused_ && !end.has_begun) {
    ++core_->retries;
    wants_new_ = true;
    return connect();
  }
  end_failed(ApiFailure::Kind::kUnknown, core_->access.server() + ": " + end.why);
}

void Errand::take_answer() {
  if (request_.is_proxied) return give_answer();
  const int status = answer_.status;
  if (status == 401) {
    if (!std::exchange(was_renewed_, true) && core_->credentials.can_be_renewed()) {
      return renew_credentials();
    }
    return end_failed(
        ApiFailure::Kind::kCredentials,
        "the API server refuses the credentials (401): " + status_message(answer_.body));
  }
  const milliseconds asked = retry_after(answer_.headers);
  const bool is_urgent = request_.is_urgent;
  if (status == 429) {
    ++core_->throttled;
    const milliseconds wait = std::max(asked, milliseconds(1000));
    if (!is_urgent) core_->pause(wait);
    if (!is_urgent && tries_again(wait)) return;
  }
  const bool is_passing =
      status == 502 || status == 503 || status == 504 || (status >= 500 && asked > milliseconds(0));
  if (is_read() && is_passing && !is_urgent) {
    const auto chance = static_cast<milliseconds::rep>(core_->random() * 250 * (1 << tries_));
    if (tries_again(asked + milliseconds(chance))) return;
  }
  give_answer();
}

void Errand::give_answer() {
  const auto self = shared_from_this();
  ApiAnswer last = std::move(answer_);
  leave();
  answer(std::move(last));
}

// False when it was tried often enough, or would be too late.
bool Errand::tries_again(milliseconds wait) {
  if (tries_ >= kTriesMax || Clock::now() + wait >= deadline_) return false;
  ++core_->retries;
  last_refusal_ = std::to_string(answer_.status);
  stage_ = Stage::kPausing;
  if (std::exchange(has_slot_, false)) core_->free_slot();
  again_.expires_after(wait);
  again_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!self || error || self->is_over()) return;
    self->stage_ = Stage::kWaiting;
    self->core_->queue_first(self);
  });
  return true;
}

void Errand::leave_connection() {
  if (connection_) core_->pool.drop(std::exchange(connection_, nullptr));
}

void Errand::leave() {
  if (!core_) return;
  const auto self = shared_from_this();
  timer_.cancel();
  again_.cancel();
  leave_connection();
  core_->leave(self);
  const auto core = std::exchange(core_, nullptr);
  if (std::exchange(has_slot_, false)) core->free_slot();
}

void Errand::cancel() { leave(); }

void Errand::end_failed(ApiFailure::Kind kind, std::string message) {
  const auto self = shared_from_this();
  leave();
  fail({kind, std::move(message)});
}

}  // namespace berth
