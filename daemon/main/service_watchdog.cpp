#include "main/service_watchdog.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>

#include "main/notify.hpp"

namespace berth {
namespace {

using std::chrono::microseconds;

std::optional<long long> number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  char* end = nullptr;
  const long long number = std::strtoll(text, &end, 10);
  if (end == text || *end != '\0' || number <= 0) return std::nullopt;
  return number;
}

// Nothing when nobody watches, or when it is another process that is watched.
std::optional<microseconds> patience() {
  const auto watched = number_in("WATCHDOG_PID");
  if (watched && *watched != ::getpid()) return std::nullopt;
  const auto number = number_in("WATCHDOG_USEC");
  if (!number) return std::nullopt;
  return microseconds(*number);
}

void show_every(Loop& loop, std::chrono::milliseconds pause) {
  notify_service_manager("WATCHDOG=1");
  loop.after(pause, [&loop, pause] { show_every(loop, pause); });
}

}  // namespace

void show_that_the_loop_turns(Loop& loop) {
  const auto asked = patience();
  if (!asked) return;
  show_every(loop, std::chrono::duration_cast<std::chrono::milliseconds>(*asked / 3));
}

}  // namespace berth
