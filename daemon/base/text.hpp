// Text from outside, made fit to keep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Valid UTF-8 of at most `limit_bytes`: what is no UTF-8 becomes U+FFFD, what is too long is cut at a
// character and marked by an ellipsis. [any]
std::string clean_utf8(std::string_view bytes, std::size_t limit_bytes = 64 * 1024);

bool is_utf8(std::string_view bytes);  // [any]

std::string join(const std::vector<std::string>& words, std::string_view between);  // [any]

}  // namespace berth
