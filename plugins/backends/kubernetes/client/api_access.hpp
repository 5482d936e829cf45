// How an API server is reached, and as whom: what a kubeconfig file or a service account says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// Says what is wrong, in which file and field, and what to do about it.
struct BadAccess : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A text that is given as it is, or lies in a file that may change. At most one of the two is set.
struct TextOrFile {
  std::string text;
  std::filesystem::path file;

  bool empty() const { return text.empty() && file.empty(); }
};

// A program that prints credentials.
struct ExecPlugin {
  std::string command;  // a name to find in PATH, or a path
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  // added to the daemon's own
  std::string api_version;
  bool wants_cluster_info = false;
  std::string install_hint;
  // Gets what it printed to stderr when it failed: for operators, as it may hold secrets, and
  // messages about a cluster are everybody's. May be empty. [io]
  std::function<void(const std::string& text)> tell_errors;
};

struct ApiAccess {
  bool is_tls = true;  // without it the host is of this machine
  std::string host;    // a name or an address, IPv6 without brackets
  std::uint16_t port = 443;
  std::string base_path;   // "" or "/k8s/clusters/c-1"
  std::string tls_name;    // that the certificate must bear; a name or an address
  TextOrFile authority;    // certificates of authorities, PEM; empty: the system's
  TextOrFile certificate;  // the client's, PEM; with `key` or not at all
  TextOrFile key;
  std::string token;
  std::filesystem::path token_file;  // read again when it changes; before `token`
  std::optional<ExecPlugin> exec;
  std::string default_namespace = "default";

  std::string server() const;  // "https://host:port/base"
};

// `context`: "" is the file's current-context. Throws BadAccess. [any]
ApiAccess read_kubeconfig(const std::filesystem::path& file, const std::string& context);

// What a pod's service account says. Throws BadAccess where this process is in no pod. [any]
ApiAccess in_cluster_access(
    const std::filesystem::path& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

}  // namespace berth
