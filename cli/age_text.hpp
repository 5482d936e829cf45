// Times as a person reads them: one unit is enough. Exact ones are in the JSON.
#pragma once

#include <cstdint>
#include <string>

namespace berth {

// "12s", "5m", "3h", "2d": in whole units, rounded down; hours up to two days. Negative is "0s".
std::string age_text(std::int64_t ms);

// "9.8 s", "3 m 20 s": how long into something, as progress shows it.
std::string elapsed_text(std::int64_t ms);
// "9 s", "3 m 20 s": the same while it is under way.
std::string elapsed_seconds_text(std::int64_t ms);

// "31 us", "1.2 ms"
std::string microseconds_text(double us);

// Milliseconds since the epoch of "2026-11-23T12:00:00.123Z"; 0 when it is none.
std::int64_t iso_ms(const std::string& text);

}  // namespace berth
