// Amounts and durations as Kubernetes users write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace berth {

// "500m" is 500, "2" is 2000, "1.5" is 1500: thousandths, for CPU, GPU and other countable things.
// Never negative. Errors: code "BadQuantity". [any]
Result<std::int64_t> parse_milli(std::string_view text);

// "16Gi", "500M", "1073741824": bytes, rounded up. Never negative. Errors: "BadQuantity". [any]
Result<std::int64_t> parse_bytes(std::string_view text);

// "30m", "1h30m", "90s", "250ms", "7d": milliseconds. Never negative. Errors: "BadDuration". [any]
Result<std::int64_t> parse_duration_ms(std::string_view text);

std::string milli_text(std::int64_t milli);        // "1.5", "4" [any]
std::string bytes_text(std::int64_t bytes);        // "16Gi", "1.5Gi", "100" [any]
std::string duration_text(std::int64_t ms);        // the two largest units: "1h30m", "5m", "250ms" [any]

}  // namespace berth
