#include "web_signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace berth {
namespace {

// As in RFC 4648, for URLs and without padding.
std::string base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  text.resize((bytes.size() * 4 + 2) / 3);
  for (char& letter : text) {
    if (letter == '+') letter = '-';
    if (letter == '/') letter = '_';
  }
  return text;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return digest;
}

}  // namespace

std::string sign_for_web(std::string_view secret) {
  const std::string signed_part =
      base64url(R"({"alg":"HS256"})") + '.' + base64url(R"({"sub":"berth"})");
  return signed_part + '.' + base64url(hmac_sha256(secret, signed_part));
}

}  // namespace berth
