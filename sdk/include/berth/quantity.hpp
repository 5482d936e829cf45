// Amounts with their unit in the type: thousandths of CPUs and GPUs, and bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace berth::inline v1 {

// A whole number of one unit. Sums and differences stop at the ends of the range instead of
// wrapping, so that no request, however large, can be mistaken for a small one. [any]
template <typename Unit>
class quantity {
 public:
  constexpr quantity() = default;
  constexpr explicit quantity(std::int64_t value) : value_(value) {}

  constexpr std::int64_t value() const { return value_; }  // in the unit of the type

  friend constexpr quantity operator+(quantity a, quantity b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a.value_, b.value_, &sum)) return end(a.value_ > 0);
    return quantity(sum);
  }
  friend constexpr quantity operator-(quantity a, quantity b) {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a.value_, b.value_, &difference)) return end(b.value_ < 0);
    return quantity(difference);
  }
  friend constexpr quantity operator*(quantity a, std::int64_t times) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a.value_, times, &product))
      return end((a.value_ > 0) == (times > 0));
    return quantity(product);
  }
  constexpr quantity& operator+=(quantity other) { return *this = *this + other; }
  constexpr quantity& operator-=(quantity other) { return *this = *this - other; }

  friend constexpr auto operator<=>(quantity, quantity) = default;

 private:
  static constexpr quantity end(bool upper) {
    using limits = std::numeric_limits<std::int64_t>;
    return quantity(upper ? limits::max() : limits::min());
  }

  std::int64_t value_ = 0;
};

struct milli_unit;
struct byte_unit;

// Thousandths of a CPU, of a GPU or of another countable resource: milli(1500) is one and a half.
using milli = quantity<milli_unit>;
// Bytes of memory.
using bytes = quantity<byte_unit>;

}  // namespace berth::inline v1
