#include "base/clock.hpp"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>

namespace berth {
namespace {

std::int64_t read_ms(clockid_t which) {
  timespec t{};
  clock_gettime(which, &t);
  return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t elapsed_ms(const Stamp& from, const Stamp& to) {
  const bool same_boot = from.boot != 0 && from.boot == to.boot;
  return std::max<std::int64_t>(
      0, same_boot ? to.boot_ms - from.boot_ms : to.wall_ms - from.wall_ms);
}

SystemClock::SystemClock() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  boot_ = std::hash<std::string>{}(id) & 0x7fffffffffffffff;  // SQLite's integers are signed
}

Stamp SystemClock::now() const { return {read_ms(CLOCK_REALTIME), read_ms(CLOCK_BOOTTIME), boot_}; }

std::string iso_time(std::int64_t wall_ms) {
  if (wall_ms == 0) return {};
  const time_t seconds = wall_ms / 1000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char day_and_time[32];
  strftime(day_and_time, sizeof day_and_time, "%Y-%m-%dT%H:%M:%S", &parts);
  char text[48];
  std::snprintf(text, sizeof text, "%s.%03dZ", day_and_time, static_cast<int>(wall_ms % 1000));
  return text;
}

}  // namespace berth
