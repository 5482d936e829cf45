#include "control/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/log.hpp"

namespace berth {
namespace {

namespace ssl = asio::ssl;

// Forward secrecy and authenticated encryption only; those of TLS 1.3 are all like that.
constexpr const char* kCiphersOfTls12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

Error bad_certificate(const std::filesystem::path& file, const std::string& what) {
  return {"BadCertificate", file.string() + " (server.tcp): " + what};
}

// What is no file may keep whoever opens it waiting.
Result<mode_t> mode_of_file(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0)
    return bad_certificate(file, std::string("cannot be read: ") + std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return bad_certificate(file, "is no file");
  return status.st_mode;
}

Result<void> check_files(const TcpSettings& settings) {
  for (const auto& file : {settings.certificate, settings.key, settings.client_ca}) {
    if (file.empty()) continue;
    const auto mode = mode_of_file(file);
    if (!mode) return mode.error();
    // The key is as good as the server.
    if (file == settings.key && (*mode & S_IRWXO) != 0)
      return bad_certificate(file,
                             "everybody on this machine may read it: chmod o= " + file.string());
  }
  return {};
}

void use_what_is_safe(ssl::context& context) {
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, kCiphersOfTls12);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);  // nothing is kept of strangers
  SSL_CTX_set_num_tickets(native, 0);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
}

// OpenSSL looks at both where the certificate was loaded before.
bool is_key_of_another(const boost::system::error_code& failed) {
  const auto code = static_cast<unsigned long>(failed.value());
  const int reason = ERR_GET_REASON(code);
  return ERR_GET_LIB(code) == ERR_LIB_X509 &&
         (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
}

Result<void> load_key(ssl::context& context, const TcpSettings& settings) {
  // A key with a password would be asked for it on a terminal that is not there.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; });
  boost::system::error_code failed;
  context.use_private_key_file(settings.key.string(), ssl::context::pem, failed);
  if (failed && !is_key_of_another(failed))
    return bad_certificate(settings.key,
                           "holds no private key that can be used: " + failed.message());
  if (failed || SSL_CTX_check_private_key(context.native_handle()) != 1)
    return bad_certificate(settings.key, "is not the key of " + settings.certificate.string());
  return {};
}

Result<void> load_client_ca(ssl::context& context, const std::filesystem::path& file) {
  boost::system::error_code failed;
  context.load_verify_file(file.string(), failed);
  if (failed) return bad_certificate(file, "holds no certificates: " + failed.message());
  SSL_CTX_set_client_CA_list(context.native_handle(), SSL_load_client_CA_file(file.c_str()));
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  return {};
}

std::string name_of(const GENERAL_NAME& name) {
  const auto text_of = [](const ASN1_STRING* text) {
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<std::size_t>(ASN1_STRING_length(text)));
  };
  if (name.type == GEN_DNS) return text_of(name.d.dNSName);
  if (name.type != GEN_IPADD) return "";
  const std::string bytes = text_of(name.d.iPAddress);
  char text[INET6_ADDRSTRLEN] = "";
  if (bytes.size() == 4) ::inet_ntop(AF_INET, bytes.data(), text, sizeof text);
  if (bytes.size() == 16) ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

std::vector<std::string> names_in(X509* certificate) {
  std::vector<std::string> names;
  auto* const all = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    std::string name = name_of(*sk_GENERAL_NAME_value(all, i));
    if (!name.empty() && name.find('\0') == std::string::npos) names.push_back(std::move(name));
  }
  GENERAL_NAMES_free(all);
  return names;
}

Result<std::shared_ptr<Credentials>> load(const TcpSettings& settings) {
  if (const auto good = check_files(settings); !good) return good.error();
  auto loaded =
      std::make_shared<Credentials>(Credentials{ssl::context(ssl::context::tls_server), {}});
  ssl::context& context = loaded->context;
  use_what_is_safe(context);
  boost::system::error_code failed;
  context.use_certificate_chain_file(settings.certificate.string(), failed);
  if (failed)
    return bad_certificate(settings.certificate, "holds no certificate: " + failed.message());
  if (const auto good = load_key(context, settings); !good) return good.error();
  if (!settings.client_ca.empty())
    if (const auto good = load_client_ca(context, settings.client_ca); !good) return good.error();
  loaded->names = names_in(SSL_CTX_get0_certificate(context.native_handle()));
  return std::shared_ptr<Credentials>(std::move(loaded));
}

// Another file in the same place looks different.
std::string look_of(const std::filesystem::path& file) {
  struct stat status {};
  if (file.empty() || ::stat(file.c_str(), &status) != 0) return "-";
  return std::to_string(status.st_ino) + "," + std::to_string(status.st_size) + "," +
         std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) +
         "," + std::to_string(status.st_mode);
}

std::string look_of(const TcpSettings& settings) {
  return look_of(settings.certificate) + " " + look_of(settings.key) + " " +
         look_of(settings.client_ca);
}

}  // namespace

Result<std::unique_ptr<Tls>> Tls::open(const TcpSettings& settings) {
  std::unique_ptr<Tls> tls(new Tls(settings));
  tls->seen_ = look_of(settings);
  auto loaded = load(settings);
  if (!loaded) return loaded.error();
  tls->credentials_ = std::move(*loaded);
  return tls;
}

std::shared_ptr<Credentials> Tls::current() {
  const std::string now = look_of(settings_);
  if (now == seen_) return credentials_;
  seen_ = now;
  if (auto loaded = load(settings_)) {
    credentials_ = std::move(*loaded);
    log_info("certificate_renewed", {{"file", settings_.certificate.string()}});
  } else {
    log_warning("certificate_stays", {{"why", loaded.error().message}});
  }
  return credentials_;
}

}  // namespace berth
