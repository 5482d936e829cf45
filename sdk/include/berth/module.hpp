// What a library exports, and how an instance of a plugin's class is made, kept and destroyed.
#pragma once

#include <array>
#include <concepts>
#include <exception>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/options.hpp"

namespace berth::inline v1 {
namespace detail {

// An instance with the host it belongs to; what the C side holds by `void*`.
template <typename T>
struct held {
  explicit held(const berth_host* host) : record(host) {}

  T plugin{};
  const berth_host* record;
};

template <typename T>
held<T>& held_by(void* instance) {
  return *static_cast<held<T>*>(instance);
}

template <typename T>
concept wants_host = requires(T& plugin, const Host& host) { plugin.start(host); };

template <typename T>
void* create(const berth_host* host, const berth_value* values, std::uint64_t count,
             const berth_sink* why) noexcept {
  const auto refuse = [why](std::string_view text) -> void* {
    if (why != nullptr) why->write(why->context, as_str(text));
    return nullptr;
  };
  try {
    auto instance = std::make_unique<held<T>>(host);
    set_options(instance->plugin, values, count, Host(host));
    if constexpr (wants_host<T>) instance->plugin.start(Host(host));
    return instance.release();
  } catch (const std::exception& error) {
    return refuse(error.what());
  } catch (...) {
    return refuse("it threw something that is no std::exception");
  }
}

template <typename T>
void destroy(void* instance) noexcept {
  delete static_cast<held<T>*>(instance);
}

inline constexpr std::int32_t kDone = 0;
inline constexpr std::int32_t kFault = 1;

// Runs `body`; an exception ends here, in the host's log and as a fault.
template <typename T, typename Body>
std::int32_t guarded(held<T>& instance, std::string_view function, Body&& body) noexcept {
  const auto fault = [&](std::string_view what) {
    Host(instance.record).error(std::string(function) + " threw: " + std::string(what));
    return kFault;
  };
  try {
    return body();
  } catch (const std::exception& error) {
    return fault(error.what());
  } catch (...) {
    return fault("something that is no std::exception");
  }
}

template <typename T>
concept finds_problems = requires(const T& plugin) {
  { plugin.find_problems() } -> std::same_as<std::vector<std::string>>;
};

template <typename T>
std::int32_t check(void* instance, const berth_sink* problems) noexcept {
  held<T>& checked = held_by<T>(instance);
  return guarded(checked, "find_problems", [&] {
    for (const std::string& problem : checked.plugin.find_problems())
      problems->write(problems->context, as_str(problem + '\n'));
    return kDone;
  });
}

template <typename T>
const void* extension(void*, berth_str id) noexcept {
  static constexpr berth_check_functions kCheck{sizeof(berth_check_functions), &check<T>};
  return as_view(id) == BERTH_CHECK_EXTENSION ? &kCheck : nullptr;
}

template <typename T>
inline constexpr auto kOptions = option_rows<T>();

// The part of a descriptor that is the same for every kind.
template <typename T>
constexpr berth_plugin describe(berth_kind kind, std::string_view id, std::string_view version,
                                std::string_view summary, const void* functions) {
  berth_plugin plugin{};
  plugin.size = sizeof(berth_plugin);
  plugin.id = {id.data(), id.size()};
  plugin.version = {version.data(), version.size()};
  plugin.summary = {summary.data(), summary.size()};
  plugin.kind = kind;
  plugin.options = kOptions<T>.data();
  plugin.option_count = kOptions<T>.size();
  plugin.option_stride = sizeof(berth_option);
  plugin.create = &create<T>;
  plugin.destroy = &destroy<T>;
  plugin.functions = functions;
  if constexpr (finds_problems<T>) plugin.extension = &extension<T>;
  return plugin;
}

}  // namespace detail
}  // namespace berth::inline v1

// A plugin that has `std::vector<std::string> find_problems() const` is asked by `berthd --check`
// what is wrong with what its options name, such as a file that is not there. It may look at files of
// this machine, and nothing else: a check asks no server and changes nothing.

// The library's one entry; lists what it holds:
//   BERTH_MODULE(berth::define_filter<A>("acme.a", "1.0.0", "..."), berth::define_scorer<B>(...))
#define BERTH_MODULE(...)                                                                \
  extern "C" BERTH_EXPORT const berth_module* berth_module_v1(void) {                    \
    static constexpr berth_plugin plugins[] = {__VA_ARGS__};                             \
    static constexpr berth_module module = {sizeof(berth_module), BERTH_ABI_MAJOR,       \
                                            BERTH_ABI_MINOR,      plugins,               \
                                            std::size(plugins),   sizeof(berth_plugin)}; \
    return &module;                                                                      \
  }
