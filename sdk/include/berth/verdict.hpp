// A filter's answer about one pool, and the reasons it may give.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/name.hpp"
#include "berth/quantity.hpp"

namespace berth::inline v1 {

// What a refusal means for the job.
enum refusal : std::uint32_t {
  not_now = BERTH_NOT_NOW,     // would fit with more room, or if the cluster came back: it waits
  never = BERTH_NEVER,         // this pool, as it is, can never take this job
  by_policy = BERTH_BY_POLICY  // it could, but somebody's rule forbids it
};

struct fits_type {};
inline constexpr fits_type fits{};

// One row of a filter's reason table. `word` is CamelCase and is counted and shown in lists; `text`
// is a sentence in which {want} and {have} stand for the two numbers of the verdict, shown with the
// units of their types, or with {want:milli}, {want:bytes}, {want:text} in that unit.
struct reason {
  std::uint16_t code;  // 1 to 999, from the filter's own enumeration
  std::string_view word;
  std::string_view text;
  refusal kind;
};

// A number of a verdict with its unit: quantities, names and plain numbers turn into it.
struct figure {
  constexpr figure() = default;
  constexpr figure(milli amount) : value(amount.value()), unit(BERTH_UNIT_MILLI) {}
  constexpr figure(bytes amount) : value(amount.value()), unit(BERTH_UNIT_BYTES) {}
  constexpr figure(name text) : value(text.id()), unit(BERTH_UNIT_TEXT) {}
  template <std::integral Number>
  constexpr figure(Number number) : value(static_cast<std::int64_t>(number)) {}

  std::int64_t value = 0;
  berth_unit unit = BERTH_UNIT_NONE;
};

// Return `berth::fits`, a reason's code, or `{code, want, have}`. What the refusal means is looked
// up in the reason table. [any]
class verdict {
 public:
  constexpr verdict(fits_type) {}
  template <typename Code>
    requires(std::is_enum_v<Code> && !std::same_as<Code, refusal>)
  constexpr verdict(Code code, figure want = {}, figure have = {})
      : record_{BERTH_FITS, static_cast<std::uint16_t>(code), want.unit, have.unit, want.value,
                have.value} {}

  constexpr bool is_fit() const { return record_.reason == 0; }
  constexpr const berth_verdict& record() const { return record_; }

 private:
  berth_verdict record_{BERTH_FITS, 0, BERTH_UNIT_NONE, BERTH_UNIT_NONE, 0, 0};
};

namespace detail {

inline constexpr std::size_t kCodesMax = 1000;

// The refusal of each code of T's reason table; BERTH_FITS for codes that are not in it.
template <typename T>
constexpr auto kinds_by_code() {
  constexpr std::size_t size = [] {
    std::size_t most = 0;
    for (const reason& row : T::reasons) most = row.code > most ? row.code : most;
    return most + 1;
  }();
  static_assert(size <= kCodesMax, "number a filter's reasons from 1");
  std::array<berth_verdict_kind, size> kinds{};
  for (const reason& row : T::reasons) kinds[row.code] = row.kind;
  return kinds;
}

// Writes the verdict with its kind. False when its code is not in the reason table.
template <typename T>
inline bool settle(const verdict& from, berth_verdict& to) {
  static constexpr auto kKinds = kinds_by_code<T>();
  to = from.record();
  if (from.is_fit()) return true;
  if (to.reason >= kKinds.size()) return false;
  to.kind = kKinds[to.reason];
  return to.kind != BERTH_FITS;
}

template <typename T>
constexpr auto reason_rows() {
  std::array<berth_reason, std::size(T::reasons)> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const reason& from = T::reasons[i];
    rows[i] = {sizeof(berth_reason),
               from.code,
               from.kind,
               {from.word.data(), from.word.size()},
               {from.text.data(), from.text.size()}};
  }
  return rows;
}

}  // namespace detail
}  // namespace berth::inline v1
