#include "cli/age_text.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace berth {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  char text[64];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

}  // namespace

std::string age_text(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < kMinute) return std::to_string(ms / kSecond) + "s";
  if (ms < kHour) return std::to_string(ms / kMinute) + "m";
  if (ms < 2 * kDay) return std::to_string(ms / kHour) + "h";
  return std::to_string(ms / kDay) + "d";
}

std::string elapsed_text(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < kMinute) return formatted("%.1f s", static_cast<double>(ms) / kSecond);
  const long long minutes = ms / kMinute;
  const long long seconds = ms % kMinute / kSecond;
  return formatted("%lld m %02lld s", minutes, seconds);
}

std::string elapsed_seconds_text(std::int64_t ms) {
  if (ms >= kMinute) return elapsed_text(ms);
  return formatted("%lld s", static_cast<long long>(std::max<std::int64_t>(ms, 0) / kSecond));
}

std::string microseconds_text(double us) {
  if (us < 10) return formatted("%.1f us", us);
  if (us < 1000) return formatted("%.0f us", us);
  return formatted("%.1f ms", us / 1000);
}

std::int64_t iso_ms(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return 0;
  int millis = 0;
  if (*rest == '.') std::sscanf(rest, ".%3d", &millis);
  return static_cast<std::int64_t>(::timegm(&parts)) * kSecond + millis;
}

}  // namespace berth
