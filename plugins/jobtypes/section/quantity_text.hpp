// Kubernetes quantities in text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// "500m", "2", "1.5" or "16Gi", times `scale` (1000: thousandths), rounded up. None for anything
// else, for negative amounts and for more than 2^53. [any]
std::optional<std::int64_t> parse_quantity(std::string_view text, double scale);

// Bytes for people: "64Mi", "1.5Gi". [any]
std::string amount_of_bytes(std::int64_t bytes);

}  // namespace berth
