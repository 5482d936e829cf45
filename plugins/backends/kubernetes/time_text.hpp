// Times as the API server writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Nanoseconds since the Unix epoch of "2026-11-26T04:08:38.123456789Z" or "...+02:00"; none for
// anything else. [any]
std::optional<std::int64_t> parse_time_ns(std::string_view text);

// Milliseconds; 0 for what is no time. [any]
std::int64_t parse_time_ms(std::string_view text);

// To the second, in UTC, rounded down: what the API server takes in a query. [any]
std::string time_text(std::int64_t time_ns);

}  // namespace berth
