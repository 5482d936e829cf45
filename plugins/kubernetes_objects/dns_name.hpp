// Which texts Kubernetes takes as names and values of labels.
#pragma once

#include <string>
#include <string_view>

namespace berth::kube {

inline constexpr std::size_t kLabelValueMax = 63;

// "tier", "example.org/tier": at most 63 characters behind a prefix that is a DNS name. [any]
bool is_label_name(std::string_view name);
// Empty, or letters, digits, '-', '_' and '.' that begin and end with a letter or digit. [any]
bool is_label_value(std::string_view value);
// The nearest valid value: other characters become '-', and what is too long is cut. [any]
std::string as_label_value(std::string_view text);

}  // namespace berth::kube
