#include "api_access.hpp"

#include <cstdlib>
#include <fstream>

#include "server_url.hpp"

namespace berth {
namespace {

std::string environment_text(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void require_file(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_regular_file(file, error)) return;
  throw BadAccess("there is no service account here: " + file.string() +
                  " is missing; give the pod a service account with its token mounted "
                  "(automountServiceAccountToken), or name a kubeconfig file");
}

std::string first_word(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string word;
  stream >> word;
  return word;
}

}  // namespace

std::string ApiAccess::server() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_tls ? "https://" : "http://") + (is_ipv6 ? '[' + host + ']' : host) + ':' +
         std::to_string(port) + base_path;
}

ApiAccess in_cluster_access(const std::filesystem::path& folder) {
  const std::string host = environment_text("KUBERNETES_SERVICE_HOST");
  const std::string port = environment_text("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    throw BadAccess(
        "this process runs in no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not "
        "set; name a kubeconfig file");
  }
  ApiAccess access;
  try {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    const ServerUrl url =
        parse_server_url("https://" + (is_ipv6 ? '[' + host + ']' : host) + ':' + port);
    access.host = url.host;
    access.port = url.port;
  } catch (const std::invalid_argument& error) {
    throw BadAccess("KUBERNETES_SERVICE_HOST \"" + host + "\" and KUBERNETES_SERVICE_PORT \"" +
                    port + "\" are no address: " + error.what());
  }
  access.tls_name = access.host;
  access.token_file = folder / "token";
  access.authority.file = folder / "ca.crt";
  require_file(access.token_file);
  require_file(access.authority.file);
  if (const std::string name = first_word(folder / "namespace"); !name.empty()) {
    access.default_namespace = name;
  }
  return access;
}

}  // namespace berth
