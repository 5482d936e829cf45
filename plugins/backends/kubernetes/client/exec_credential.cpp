#include "exec_credential.hpp"

#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kubernetes_objects/base64.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* field) {
  if (!object.is_object() || !object.contains(field)) return "";
  return object[field].is_string() ? object[field].get<std::string>() : "";
}

json cluster_info(const ApiAccess& access, const std::string& authority_pem) {
  json cluster = {{"server", access.server()}};
  if (access.tls_name != access.host) cluster["tls-server-name"] = access.tls_name;
  if (!authority_pem.empty()) cluster["certificate-authority-data"] = encode_base64(authority_pem);
  return cluster;
}

// Minutes east of Greenwich that "Z" or "+01:00" means.
std::optional<int> parse_offset(const char* text) {
  if (std::string_view(text) == "Z" || std::string_view(text) == "z") return 0;
  char sign = 0;
  int hours = 0, minutes = 0, length = 0;
  if (std::sscanf(text, "%c%2d:%2d%n", &sign, &hours, &minutes, &length) != 3) return {};
  if (text[length] != '\0' || (sign != '+' && sign != '-')) return {};
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_time(const std::string& text) {
  std::tm parts{};
  int length = 0;
  const int read =
      std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &length);
  if (read != 6) return {};
  const char* rest = text.c_str() + length;
  if (*rest == '.') {
    do ++rest;
    while (*rest >= '0' && *rest <= '9');
  }
  const auto offset = parse_offset(rest);
  if (!offset) return {};
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(timegm(&parts)) - std::chrono::minutes(*offset);
}

std::string exec_info(const ApiAccess& access, const std::string& authority_pem) {
  json spec = {{"interactive", false}};
  if (access.exec->wants_cluster_info) spec["cluster"] = cluster_info(access, authority_pem);
  return json{{"apiVersion", access.exec->api_version}, {"kind", "ExecCredential"}, {"spec", spec}}
      .dump();
}

ExecCredential parse_exec_credential(const std::string& output, const std::string& api_version) {
  const json answer = json::parse(output, nullptr, false);
  if (answer.is_discarded() || text_of(answer, "kind") != "ExecCredential") {
    throw std::runtime_error("printed no ExecCredential in JSON");
  }
  if (text_of(answer, "apiVersion") != api_version) {
    throw std::runtime_error("answered as \"" + text_of(answer, "apiVersion") +
                             "\" where the kubeconfig says \"" + api_version + '"');
  }
  const json status = answer.value("status", json::object());
  ExecCredential credential{.token = text_of(status, "token"),
                            .certificate = text_of(status, "clientCertificateData"),
                            .key = text_of(status, "clientKeyData")};
  if (credential.token.empty() && credential.certificate.empty()) {
    throw std::runtime_error("gave neither a token nor a certificate");
  }
  if (credential.certificate.empty() != credential.key.empty()) {
    throw std::runtime_error("gave a certificate without its key, or a key alone");
  }
  if (const std::string expires = text_of(status, "expirationTimestamp"); !expires.empty()) {
    credential.expires = parse_time(expires);
    if (!credential.expires) {
      throw std::runtime_error("gave an expirationTimestamp that is no time: \"" + expires + '"');
    }
  }
  return credential;
}

}  // namespace berth
