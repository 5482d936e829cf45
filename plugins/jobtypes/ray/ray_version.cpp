#include "ray_version.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace berth {
namespace {

constexpr std::uint64_t kMajorMin = 2;
constexpr std::uint64_t kMinorMin = 52;

struct Version {
  std::uint64_t major = 0, minor = 0;
};

// Takes a number off the front.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

std::optional<Version> read_version(std::string_view text) {
  const auto major = take_number(text);
  if (!major || !text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const auto minor = take_number(text);
  if (!minor) return std::nullopt;
  return Version{*major, *minor};
}

}  // namespace

std::string why_not_this_ray(std::string_view version) {
  const std::optional<Version> read = read_version(version);
  if (!read) return "\"" + std::string(version) + "\" is no version, such as 2.60.0";
  const bool can_be_closed =
      read->major > kMajorMin || (read->major == kMajorMin && read->minor >= kMinorMin);
  if (can_be_closed) return {};
  return "Ray " + std::string(version) + " cannot be closed to strangers; 2.52.0 and later can";
}

std::string ray_version_of_image(std::string_view image) {
  const std::size_t colon = image.rfind(':');
  if (colon == std::string_view::npos || image.find('/', colon) != std::string_view::npos) {
    return {};
  }
  const std::string_view tag = image.substr(colon + 1);
  const std::string_view version = tag.substr(0, tag.find_first_not_of("0123456789."));
  return read_version(version) ? std::string(version) : std::string();
}

}  // namespace berth
