// The answer to a request for a member's output.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "attempt_record.hpp"
#include "member_folder.hpp"

namespace berth {

struct LogRequest {
  std::string role;  // empty: the main member
  int replica = 0;
  std::int64_t offset = 0;  // -1: `tail_bytes` from the end
  std::int64_t tail_bytes = 0;
  std::int64_t limit_bytes = 0;
};

// Reads from disk alone, so it also serves attempts that are gone. None: there is no such attempt
// or member. [any]
std::optional<std::string> read_member_log(const AttemptFolder& folder, const LogRequest& request);

// The end of what a member that is over has printed. [any]
std::string read_tail(const MemberFolder& member, std::int64_t bytes);

}  // namespace berth
