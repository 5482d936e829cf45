// Each job's own token: computed, stored nowhere, the same after a restart.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"

namespace berth {

// HMAC-SHA-256 of an instance key (a 0600 file) over job id and attempt.
class Tokens {
 public:
  explicit Tokens(std::string key) : key_(std::move(key)) {}

  // Reads the key file, or makes it. Errors: "KeyFile" when it cannot be trusted (readable by
  // others, a link, of another owner) or written.
  static Result<Tokens> open(const std::filesystem::path& file, Chance& chance);

  std::string token(const std::string& job, int attempt) const;  // 64 hex digits [any]

 private:
  std::string key_;
};

}  // namespace berth
