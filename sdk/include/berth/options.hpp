// A plugin's options: members of its class, with a name in the site file, a default and a help.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/name.hpp"
#include "berth/quantity.hpp"

namespace berth::inline v1 {

// The least and the most allowed, in the unit that is passed: thousandths, bytes, milliseconds.
struct range {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

// Binds an option to a member of the plugin's class:
//   static constexpr std::tuple options{
//       berth::option{"headroom", &Mine::headroom, "GPUs to keep", "0", berth::range{0, 64e3}}};
// Without a default the site has to set it. The default is written as in the site file, without
// quotes; that of a list is its items between commas. Members may be std::string, berth::name,
// std::filesystem::path (relative in the site file: to its folder; here absolute, or empty), bool, std::int64_t, double, berth::milli ("500m"), berth::bytes ("16Gi"),
// std::chrono::milliseconds ("30m"), std::vector<std::string> or std::vector<berth::name>.
template <typename Plugin, typename Member>
struct option {
  using member_type = Member;

  constexpr option(std::string_view option_name, Member Plugin::*bound, std::string_view help_line)
      : name(option_name), member(bound), help(help_line) {}
  constexpr option(std::string_view option_name, Member Plugin::*bound, std::string_view help_line,
                   std::string_view default_text)
      : option(option_name, bound, help_line) {
    fallback = default_text;
  }
  constexpr option(std::string_view option_name, Member Plugin::*bound, std::string_view help_line,
                   std::string_view default_text, range allowed)
      : option(option_name, bound, help_line, default_text) {
    limits = allowed;
    has_range = true;
  }

  std::string_view name;
  Member Plugin::*member;
  std::string_view help;
  std::string_view fallback{};  // null data: required
  range limits{};
  bool has_range = false;
};

namespace detail {

// How each type of member is named in the table and read from a value.
template <typename Member>
struct option_type;

template <>
struct option_type<std::string> {
  static constexpr berth_value_type kType = BERTH_TEXT;
  static std::string read(const berth_value& value, Host) {
    return std::string(as_view(value.text));
  }
};
template <>
struct option_type<std::filesystem::path> {
  static constexpr berth_value_type kType = BERTH_PATH;
  static std::filesystem::path read(const berth_value& value, Host) { return as_view(value.text); }
};
template <>
struct option_type<name> {
  static constexpr berth_value_type kType = BERTH_TEXT;
  static name read(const berth_value& value, Host host) {
    const std::string_view text = as_view(value.text);
    return text.empty() ? name() : host.intern(text);
  }
};
template <>
struct option_type<std::int64_t> {
  static constexpr berth_value_type kType = BERTH_INTEGER;
  static std::int64_t read(const berth_value& value, Host) { return value.integer; }
};
template <>
struct option_type<double> {
  static constexpr berth_value_type kType = BERTH_NUMBER;
  static double read(const berth_value& value, Host) { return value.number; }
};
template <>
struct option_type<bool> {
  static constexpr berth_value_type kType = BERTH_BOOLEAN;
  static bool read(const berth_value& value, Host) { return value.integer != 0; }
};
template <>
struct option_type<milli> {
  static constexpr berth_value_type kType = BERTH_MILLI;
  static milli read(const berth_value& value, Host) { return milli(value.integer); }
};
template <>
struct option_type<bytes> {
  static constexpr berth_value_type kType = BERTH_BYTES;
  static bytes read(const berth_value& value, Host) { return bytes(value.integer); }
};
template <>
struct option_type<std::chrono::milliseconds> {
  static constexpr berth_value_type kType = BERTH_DURATION;
  static std::chrono::milliseconds read(const berth_value& value, Host) {
    return std::chrono::milliseconds(value.integer);
  }
};
template <>
struct option_type<std::vector<std::string>> {
  static constexpr berth_value_type kType = BERTH_TEXT_LIST;
  static std::vector<std::string> read(const berth_value& value, Host) {
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < value.list_count; ++i) texts.emplace_back(as_view(value.list[i]));
    return texts;
  }
};
template <>
struct option_type<std::vector<name>> {
  static constexpr berth_value_type kType = BERTH_TEXT_LIST;
  static std::vector<name> read(const berth_value& value, Host host) {
    std::vector<name> interned;
    for (std::uint64_t i = 0; i < value.list_count; ++i) {
      interned.push_back(host.intern(as_view(value.list[i])));
    }
    return interned;
  }
};

template <typename T>
concept has_options = requires { T::options; };

template <typename Plugin, typename Member>
constexpr berth_option option_row(const option<Plugin, Member>& from) {
  return {sizeof(berth_option),
          {from.name.data(), from.name.size()},
          {from.help.data(), from.help.size()},
          {from.fallback.data(), from.fallback.size()},
          option_type<Member>::kType,
          from.has_range,
          from.limits.least,
          from.limits.most};
}

// T's option table in C.
template <typename T>
constexpr auto option_rows() {
  if constexpr (has_options<T>) {
    return std::apply(
        [](const auto&... each) {
          return std::array<berth_option, sizeof...(each)>{option_row(each)...};
        },
        T::options);
  } else {
    return std::array<berth_option, 0>{};
  }
}

template <typename T, typename Plugin, typename Member>
void set_option(T& plugin, const option<Plugin, Member>& one, const berth_value& value, Host host) {
  if (value.type != option_type<Member>::kType) {
    throw std::invalid_argument("option " + std::string(one.name) + " came with the wrong type");
  }
  plugin.*one.member = option_type<Member>::read(value, host);
}

// Sets all options of a new plugin. Throws when the host passed other options than the table says.
template <typename T>
void set_options(T& plugin, const berth_value* values, std::uint64_t count, Host host) {
  if constexpr (has_options<T>) {
    if (count != std::tuple_size_v<std::remove_cvref_t<decltype(T::options)>>) {
      throw std::invalid_argument("got " + std::to_string(count) + " option values, which is not " +
                                  "what the option table asks for");
    }
    const auto* next = reinterpret_cast<const std::byte*>(values);
    const std::uint64_t stride = count == 0 ? 0 : values->size;
    const auto take = [&](const auto& one) {
      set_option(plugin, one, *reinterpret_cast<const berth_value*>(next), host);
      next += stride;
    };
    std::apply([&](const auto&... each) { (take(each), ...); }, T::options);
  }
}

}  // namespace detail
}  // namespace berth::inline v1
