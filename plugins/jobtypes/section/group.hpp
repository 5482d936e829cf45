// Equal members of a gang and what each of them needs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "section/section.hpp"

namespace berth {

struct Group {
  std::string name;
  std::int64_t count = 1;
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
  std::vector<std::string> skus;  // any of these; none: any
  std::map<std::string, std::int64_t> extra;  // other devices, in thousandths
};

inline constexpr std::int64_t kOneCpu = 1000;
inline constexpr std::int64_t kOneGibibyte = std::int64_t{1} << 30;
inline constexpr std::int64_t kMembersMax = 10'000;

// The fields `cpu`, `memory`, `gpu` and `sku` of a section; one CPU and `memory_bytes` for one that
// does not say.
Group read_needs(Section& section, std::string name, std::int64_t memory_bytes = kOneGibibyte);

// The answer of a job type's `groups`.
std::string groups_json(const std::vector<Group>& groups);

}  // namespace berth
