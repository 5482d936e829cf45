#include "base/random.hpp"

#include <sys/random.h>

#include <stdexcept>

namespace berth {

std::uint64_t SystemChance::next() {
  std::uint64_t bits = 0;
  if (getrandom(&bits, sizeof bits, 0) != sizeof bits)
    throw std::runtime_error("the kernel gave no random numbers");
  return bits;
}

}  // namespace berth
