// Everything to write a filter: a class with options, reasons and `check`.
//
//   struct TeamSku {
//     berth::name sku;
//     static constexpr std::tuple options{
//         berth::option{"sku", &TeamSku::sku, "GPU SKU this team may use"}};
//     enum why : std::uint16_t { wrong_sku = 1 };
//     static constexpr berth::reason reasons[] = {
//         {wrong_sku, "WrongSku", "pool has a different GPU SKU", berth::never}};
//     berth::verdict check(const berth::Job&, const berth::Pool& pool) const {
//       if (!pool.has_sku(sku)) return wrong_sku;
//       return berth::fits;
//     }
//   };
//   BERTH_MODULE(berth::define_filter<TeamSku>("acme.team-sku", "1.0.0", "Pin a team to one SKU"))
//
// `check` is pure: the same job, pool and options give the same verdict; no clock, no I/O, no
// waiting. The host calls one instance from one thread at a time, so members may serve as scratch
// space. A throw, or a code that is not in `reasons`, is a fault of the whole batch: its jobs are
// held.
#pragma once

#include <concepts>
#include <string_view>
#include <tuple>

#include "berth/module.hpp"
#include "berth/options.hpp"
#include "berth/types.hpp"
#include "berth/verdict.hpp"

namespace berth::inline v1 {

template <typename T>
concept filter =
    std::default_initializable<T> && requires(T& plugin, const Job& job, const Pool& pool) {
      { plugin.check(job, pool) } -> std::same_as<verdict>;
      std::size(T::reasons);
    };

namespace detail {

template <filter T>
std::int32_t check_batch(held<T>& self, const berth_batch& batch, berth_verdict* verdicts) {
  const Job job(batch.job, self.record);
  bool all_known = true;
  for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
    const Pool pool(batch.pools[i], self.record);
    all_known &= settle<T>(self.plugin.check(job, pool), verdicts[i]);
  }
  return all_known ? kDone : kFault;
}

template <filter T>
std::int32_t run_filter(void* instance, const berth_batch* batch,
                        berth_verdict* verdicts) noexcept {
  held<T>& self = held_by<T>(instance);
  return guarded(self, "check", [&] { return check_batch<T>(self, *batch, verdicts); });
}

template <filter T>
inline constexpr berth_filter_functions kFilterFunctions{sizeof(berth_filter_functions),
                                                         &run_filter<T>};
template <filter T>
inline constexpr auto kReasons = reason_rows<T>();

}  // namespace detail

// A row of BERTH_MODULE. `id` is a word or, outside the project, `team.word`; texts must be
// literals.
template <filter T>
constexpr berth_plugin define_filter(std::string_view id, std::string_view version,
                                     std::string_view summary) {
  berth_plugin plugin =
      detail::describe<T>(BERTH_KIND_FILTER, id, version, summary, &detail::kFilterFunctions<T>);
  plugin.reasons = detail::kReasons<T>.data();
  plugin.reason_count = detail::kReasons<T>.size();
  plugin.reason_stride = sizeof(berth_reason);
  return plugin;
}

}  // namespace berth::inline v1
