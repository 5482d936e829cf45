#include "control/request_head.hpp"

#include <strings.h>

#include <algorithm>

#include "base/text.hpp"

namespace berth {
namespace {

constexpr int kHttp11 = 11;

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error bad_head(const std::string& message) { return {"BadRequest", message}; }

Result<void> check_length(const std::vector<std::string_view>& lengths, bool is_chunked) {
  if (lengths.empty()) return {};
  if (is_chunked)
    return bad_head("the request has both Content-Length and Transfer-Encoding: send one of them");
  if (lengths.size() > 1) return bad_head("Content-Length stands more than once");
  if (!is_number(lengths.front()))
    return bad_head("Content-Length must be one number, is \"" + clean_utf8(lengths.front(), 40) +
                    "\"");
  return {};
}

Result<void> check_encoding(const std::vector<std::string_view>& encodings, int version) {
  if (encodings.empty()) return {};
  if (version < kHttp11) return bad_head("Transfer-Encoding is of HTTP/1.1; this is HTTP/1.0");
  if (encodings.size() > 1 || !same_word(encodings.front(), "chunked"))
    return bad_head("Transfer-Encoding must be chunked and stand once, is \"" +
                    clean_utf8(encodings.front(), 40) + "\"");
  return {};
}

Result<void> check_host(const std::vector<std::string_view>& hosts, int version) {
  if (hosts.size() > 1) return bad_head("Host stands more than once");
  if (hosts.empty() && version >= kHttp11) return bad_head("HTTP/1.1 wants a Host");
  return {};
}

}  // namespace

std::vector<std::string_view> RequestHead::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : fields)
    if (same_word(key, name)) values.push_back(value);
  return values;
}

Result<void> check_framing(const RequestHead& head) {
  const auto encodings = head.all("Transfer-Encoding");
  if (const auto good = check_length(head.all("Content-Length"), !encodings.empty()); !good)
    return good;
  if (const auto good = check_encoding(encodings, head.version); !good) return good;
  return check_host(head.all("Host"), head.version);
}

}  // namespace berth
