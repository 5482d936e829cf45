// Time, as it comes in through constructors.
#pragma once

#include <cstdint>
#include <string>

namespace berth {

// A moment that survives restarts: wall clock, and time since boot with the boot it belongs to.
struct Stamp {
  std::int64_t wall_ms = 0;  // since the Unix epoch; 0: never
  std::int64_t boot_ms = 0;  // CLOCK_BOOTTIME
  std::uint64_t boot = 0;    // hash of the boot id

  explicit operator bool() const { return wall_ms != 0; }
  bool operator==(const Stamp&) const = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Stamp now() const = 0;  // [any]
};

// Milliseconds from `from` to `to`, never negative. Within one boot the wall clock is not asked, so
// that setting it neither starts nor postpones a deadline.
std::int64_t elapsed_ms(const Stamp& from, const Stamp& to);

// The machine's own clock.
class SystemClock final : public Clock {
 public:
  SystemClock();
  Stamp now() const override;

 private:
  std::uint64_t boot_;
};

// "2026-11-23T12:00:00.123Z"; empty for 0.
std::string iso_time(std::int64_t wall_ms);

}  // namespace berth
