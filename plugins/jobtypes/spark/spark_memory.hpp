// Amounts of memory as Spark writes them, and which of them it counts into an executor's pod.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// "512m", "2g", "1024" times `unit` bytes. None for anything else. [any]
std::optional<std::int64_t> parse_spark_memory(std::string_view text, std::int64_t unit);

// What a job's conf adds to an executor beside heap and overhead.
struct CountedApart {
  std::int64_t bytes = 0;
  std::string name;                // of the setting that says so, the last one
  std::vector<std::string> wrong;  // settings that are no amounts
};
CountedApart memory_counted_apart(const std::map<std::string, std::string>& conf);

// What Spark adds to a heap: that part of it, in whole mebibytes, and at least 384Mi. [any]
std::int64_t overhead_of(std::int64_t heap_bytes, double factor);

}  // namespace berth
