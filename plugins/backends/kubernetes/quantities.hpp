// Kubernetes quantities: what pods ask for, what nodes have, what quotas allow.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

struct Amounts {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;

  Amounts& operator+=(const Amounts& other);
  Amounts& operator-=(const Amounts& other);
  friend bool operator==(const Amounts&, const Amounts&) = default;
};
Amounts most_of(const Amounts& a, const Amounts& b);   // of each kind the greater
Amounts least_of(const Amounts& a, const Amounts& b);  // of each kind the smaller

// Of a number or a text, as both occur, times `scale` (1000: thousandths). None for what is no
// quantity, and for more than anybody has. [any]
std::optional<std::int64_t> quantity_of(const nlohmann::json& value, double scale);

// {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "1"}. [any]
Amounts amounts_of(const nlohmann::json& resources, const std::string& gpu_resource);

// Of two lists "requests.cpu=8,pods=1": whether any of the first is more than that of its name in
// the second. [any]
bool exceeds_any(std::string_view requested, std::string_view limited);

}  // namespace berth
