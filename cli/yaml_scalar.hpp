// What a plain YAML scalar means: the core schema of YAML 1.2, as Kubernetes' users expect it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace berth {

// null, true and false (and their Capital and UPPER forms), integers (decimal, 0o17, 0x1f) and
// decimals are typed; all else, "no", "on" and "1_000" with it, is text. Nothing for infinity and
// not-a-number, which JSON cannot say. [any]
std::optional<nlohmann::json> plain_yaml_value(const std::string& text);

// The same as manifests are read by the tools that they were written for, by YAML 1.1: "yes", "on"
// and the like are booleans, 0644 is octal, 1_000 a number, and 2.0 the same as 2. [any]
std::optional<nlohmann::json> plain_manifest_value(const std::string& text);

}  // namespace berth
