#include "tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/ssl/context.hpp>

namespace berth {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

void require(const error_code& error, const std::string& what) {
  if (error) throw BadAccess(what + ": " + error.message());
}

boost::asio::const_buffer bytes_of(const std::string& text) {
  return boost::asio::buffer(text.data(), text.size());
}

void trust(ssl::context& context, const std::string& authority) {
  error_code error;
  if (authority.empty()) {
    context.set_default_verify_paths(error);
    return require(error, "the system's certificate authorities cannot be read");
  }
  context.add_certificate_authority(bytes_of(authority), error);
  require(error, "certificate-authority is no certificate in PEM");
  ERR_clear_error();
}

void show(ssl::context& context, const Identity& identity) {
  if (identity.certificate.empty()) return;
  error_code error;
  context.use_certificate_chain(bytes_of(identity.certificate), error);
  require(error, "client-certificate is no certificate in PEM");
  // A key with a pass phrase must not ask for it on the daemon's terminal.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                error);
  context.use_private_key(bytes_of(identity.key), ssl::context::pem, error);
  require(error,
          "client-key is no key in PEM without a pass phrase, or not that of "
          "client-certificate");
}

}  // namespace

std::shared_ptr<ssl::context> make_tls_context(const Identity& identity) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  context->set_verify_mode(ssl::verify_peer);
  // An authority may be one that another authority signed: sites hand out what they trust.
  X509_STORE_set_flags(SSL_CTX_get_cert_store(native), X509_V_FLAG_PARTIAL_CHAIN);
  static constexpr unsigned char kHttp[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(native, kHttp, sizeof kHttp - 1);
  trust(*context, identity.authority);
  show(*context, identity);
  return context;
}

}  // namespace berth
