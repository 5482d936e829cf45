#include "kubernetes_objects/dns_name.hpp"

#include <algorithm>

namespace berth::kube {
namespace {

constexpr std::size_t kPrefixMax = 253;

bool is_alphanumeric(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9');
}

bool may_be_inside(char letter) {
  return is_alphanumeric(letter) || letter == '-' || letter == '_' || letter == '.';
}

bool is_word(std::string_view word) {
  return !word.empty() && word.size() <= kLabelValueMax && is_alphanumeric(word.front()) &&
         is_alphanumeric(word.back()) && std::all_of(word.begin(), word.end(), may_be_inside);
}

bool is_prefix(std::string_view prefix) {
  const auto is_dns = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
           letter == '.';
  };
  return !prefix.empty() && prefix.size() <= kPrefixMax && is_alphanumeric(prefix.front()) &&
         is_alphanumeric(prefix.back()) && std::all_of(prefix.begin(), prefix.end(), is_dns) &&
         prefix.find("..") == std::string_view::npos;
}

}  // namespace

bool is_label_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return is_word(name);
  return is_prefix(name.substr(0, slash)) && is_word(name.substr(slash + 1));
}

bool is_label_value(std::string_view value) { return value.empty() || is_word(value); }

std::string as_label_value(std::string_view text) {
  std::string value(text.substr(0, kLabelValueMax));
  std::replace_if(
      value.begin(), value.end(), [](char letter) { return !may_be_inside(letter); }, '-');
  while (!value.empty() && !is_alphanumeric(value.back())) value.pop_back();
  const auto first = std::find_if(value.begin(), value.end(), is_alphanumeric);
  value.erase(value.begin(), first);
  return value;
}

}  // namespace berth::kube
