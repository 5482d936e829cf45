// What an exec plugin is told and what it answers, as the Kubernetes API describes it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "api_access.hpp"

namespace berth {

struct ExecCredential {
  std::string token;
  std::string certificate;  // PEM, with `key`
  std::string key;
  std::optional<std::chrono::system_clock::time_point> expires;
};

// The value of KUBERNETES_EXEC_INFO. [any]
std::string exec_info(const ApiAccess& access, const std::string& authority_pem);

// Throws std::runtime_error that says what is wrong with the output. [any]
ExecCredential parse_exec_credential(const std::string& output, const std::string& api_version);

// "2026-11-26T04:08:38Z", also with a fraction or an offset. [any]
std::optional<std::chrono::system_clock::time_point> parse_time(const std::string& text);

}  // namespace berth
