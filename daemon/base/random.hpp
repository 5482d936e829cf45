// Chance, as it comes in through constructors.
#pragma once

#include <cstdint>

namespace berth {

class Chance {
 public:
  virtual ~Chance() = default;
  virtual std::uint64_t next() = 0;  // 64 even bits [any]
};

// The kernel's random numbers.
class SystemChance final : public Chance {
 public:
  std::uint64_t next() override;
};

}  // namespace berth
