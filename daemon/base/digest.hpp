// SHA-256 and HMAC-SHA-256, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace berth {

std::string sha256_hex(std::string_view bytes);                             // [any]
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);  // [any]

}  // namespace berth
