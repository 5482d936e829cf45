// A daemon for tests of the command line: answers from a table, and remembers what it was asked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/client.hpp"

namespace berth {

class FakeClient final : public ControlClient {
 public:
  // The answer to "GET /v1/jobs"; given several times, the answers are given in turn and the last
  // for ever.
  FakeClient& answers(const std::string& question, int status, const std::string& body) {
    replies_[question].push_back({status, body, {}});
    return *this;
  }
  FakeClient& fails(const std::string& question, const std::string& code) {
    errors_[question].emplace_back(code, "made up");
    return *this;
  }

  // A stream that gives this much and then breaks off, before the answers.
  FakeClient& breaks(const std::string& question, const std::string& body) {
    broken_[question].push_back(body);
    return *this;
  }

  Result<ControlReply> send(const ControlRequest& request) override {
    asked_.push_back(request);
    const std::string question = request.method + " " + request.target;
    if (auto& errors = errors_[question]; !errors.empty()) {
      const Error error = errors.front();
      errors.erase(errors.begin());
      return error;
    }
    auto& replies = replies_[question];
    if (replies.empty())
      return ControlReply{404, R"({"error":{"code":"NotFound","message":"no )" + question + "\"}}"};
    const ControlReply reply = replies.front();
    if (replies.size() > 1) replies.erase(replies.begin());
    return reply;
  }

  Result<ControlReply> stream(const ControlRequest& request, const TakePiece& take,
                              const WhileIdle&) override {
    if (auto& broken = broken_[request.method + " " + request.target]; !broken.empty()) {
      asked_.push_back(request);
      take(broken.front());
      broken.erase(broken.begin());
      return Error("Broken", "made up");
    }
    const auto reply = send(request);
    if (reply && reply->is_good()) take(reply->body);
    return reply;
  }

  const std::vector<ControlRequest>& asked() const { return asked_; }

 private:
  std::map<std::string, std::vector<ControlReply>> replies_;
  std::map<std::string, std::vector<Error>> errors_;
  std::map<std::string, std::vector<std::string>> broken_;
  std::vector<ControlRequest> asked_;
};

}  // namespace berth
