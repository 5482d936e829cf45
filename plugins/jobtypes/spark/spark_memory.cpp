#include "spark_memory.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "heap.hpp"

namespace berth {
namespace {

constexpr const char* kOffHeap = "spark.memory.offHeap.size";
constexpr const char* kOffHeapSwitch = "spark.memory.offHeap.enabled";
constexpr const char* kPython = "spark.executor.pyspark.memory";
constexpr std::int64_t kOverheadMin = 384 * kMebibyte;
constexpr std::int64_t kMost = std::int64_t{1} << 53;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::optional<std::int64_t> factor_of(std::string suffix) {
  constexpr std::string_view kUnits = "bkmgtp";
  if (suffix.size() == 3 && suffix.substr(1) == "ib") suffix.resize(1);
  if (suffix.size() == 2 && suffix != "bb" && suffix[1] == 'b') suffix.resize(1);
  if (suffix.size() != 1) return std::nullopt;
  const std::size_t unit = kUnits.find(suffix[0]);
  if (unit == std::string_view::npos) return std::nullopt;
  return std::int64_t{1} << (10 * unit);
}

}  // namespace

std::optional<std::int64_t> parse_spark_memory(std::string_view text, std::int64_t unit) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  std::string suffix(stop, text.data() + text.size());
  std::transform(suffix.begin(), suffix.end(), suffix.begin(), lower);
  const std::optional<std::int64_t> factor = suffix.empty() ? unit : factor_of(suffix);
  if (!factor || number > kMost / *factor) return std::nullopt;
  return number * *factor;
}

CountedApart memory_counted_apart(const std::map<std::string, std::string>& conf) {
  CountedApart apart;
  const auto add = [&](const char* name, std::int64_t unit) {
    const auto setting = conf.find(name);
    if (setting == conf.end()) return;
    const auto bytes = parse_spark_memory(setting->second, unit);
    if (!bytes) return apart.wrong.push_back(name);
    apart.bytes += *bytes;
    apart.name = name;
  };
  const auto is_on = conf.find(kOffHeapSwitch);
  if (is_on != conf.end() && is_on->second == "true") add(kOffHeap, 1);
  add(kPython, kMebibyte);
  return apart;
}

std::int64_t overhead_of(std::int64_t heap_bytes, double factor) {
  const auto part = static_cast<std::int64_t>(
      std::floor(static_cast<double>(heap_bytes / kMebibyte) * factor));
  return std::max(kOverheadMin, part * kMebibyte);
}

}  // namespace berth
