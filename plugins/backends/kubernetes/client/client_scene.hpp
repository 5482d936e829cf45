// A client, the server that a test scripted, and the thread that both wait on.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api_client.hpp"
#include "scripted_server.hpp"
#include "temporary_folder.hpp"

namespace berth {

struct ClientScene {
  static const TestCertificate& authority() {
    static const TestCertificate made = make_authority();
    return made;
  }
  static const TestCertificate& certificate() {
    static const TestCertificate made = make_certificate(authority());
    return made;
  }

  explicit ClientScene(ScriptedServer::Script script, ApiLimits limits = {},
                       const TestCertificate& shown = certificate(),
                       const std::string& client_authority = "")
      : server(shown, std::move(script), client_authority), limits(limits) {
    access.host = "127.0.0.1";
    access.port = server.port();
    access.tls_name = "127.0.0.1";
    access.authority.text = authority().certificate;
    access.token = "t0";
  }

  ApiClient& client() {
    if (!made_) made_ = std::make_unique<ApiClient>(io, access, limits, [] { return 0.0; });
    return *made_;
  }
  void end_client() { made_.reset(); }

  void run_until(const std::function<bool()>& is_so) {
    const auto work = boost::asio::make_work_guard(io);
    io.restart();
    // What is waited for may happen at the server, without a word to the client.
    while (!is_so()) io.run_one_for(std::chrono::milliseconds(10));
  }

  ApiResult ask(ApiRequest request) {
    std::optional<ApiResult> got;
    client().ask(std::move(request), [&](ApiResult result) { got = std::move(result); });
    run_until([&] { return got.has_value(); });
    return *got;
  }

  boost::asio::io_context io;
  TemporaryFolder folder;
  ApiAccess access;
  ScriptedServer server;
  ApiLimits limits;

 private:
  std::unique_ptr<ApiClient> made_;
};

// "200 body" or "kind: message".
inline std::string told(const ApiResult& result) {
  if (const auto* answer = std::get_if<ApiAnswer>(&result)) {
    return std::to_string(answer->status) + (answer->body.empty() ? "" : ' ' + answer->body);
  }
  static constexpr const char* kKinds[] = {"unreachable", "unknown", "rate limited", "credentials",
                                           "bad request"};
  const ApiFailure& failure = std::get<ApiFailure>(result);
  return std::string(kKinds[static_cast<int>(failure.kind)]) + ": " + failure.message;
}

}  // namespace berth
