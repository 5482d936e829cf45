// Reads kubeconfig files: which cluster, which user, and what is refused rather than half obeyed.
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

#include "api_access.hpp"
#include "kubernetes_objects/base64.hpp"
#include "section/nearest_name.hpp"
#include "server_url.hpp"

namespace berth {
namespace {

constexpr std::size_t kFileBytesMax = 4 << 20;

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

// One mapping of the file and where it stands, for messages.
class Section {
 public:
  Section(const std::filesystem::path& file, std::string where, YAML::Node node)
      : file_(file), where_(std::move(where)), node_(std::move(node)) {}

  [[noreturn]] void refuse(const std::string& field, const std::string& what) const {
    const std::string dot = where_.empty() || field.empty() ? "" : ".";
    const std::string path = where_ + dot + field;
    throw BadAccess(file_.string() + ": " + path + (path.empty() ? "" : ": ") + what);
  }

  bool has(const std::string& field) const {
    return node_.IsMap() && node_[field] && !node_[field].IsNull();
  }

  // "" when it is not there.
  std::string text(const std::string& field) const {
    if (!has(field)) return "";
    if (!node_[field].IsScalar()) refuse(field, "must be a text");
    return node_[field].Scalar();
  }

  bool is_true(const std::string& field) const {
    const std::string word = text(field);
    if (word.empty() || word == "false") return false;
    if (word != "true") refuse(field, "must be true or false");
    return true;
  }

  Section inner(const std::string& field) const {
    if (has(field) && !node_[field].IsMap()) refuse(field, "must be a mapping");
    return Section(file_, where_.empty() ? field : where_ + '.' + field,
                   has(field) ? node_[field] : YAML::Node(YAML::NodeType::Map));
  }

  std::vector<Section> list(const std::string& field) const {
    std::vector<Section> rows;
    if (!has(field)) return rows;
    if (!node_[field].IsSequence()) refuse(field, "must be a list");
    for (const YAML::Node& each : node_[field]) {
      const std::string where =
          (where_.empty() ? "" : where_ + '.') + field + '[' + std::to_string(rows.size()) + ']';
      rows.emplace_back(file_, where, each);
    }
    return rows;
  }

  std::string scalar() const {
    if (!node_.IsScalar()) refuse("", "must be a text");
    return node_.Scalar();
  }

  // Paths are relative to the file's folder. Empty when the field is not there.
  std::filesystem::path path(const std::string& field) const {
    const std::string given = text(field);
    if (given.empty()) return {};
    return beside_file(given);
  }

  std::filesystem::path beside_file(const std::filesystem::path& given) const {
    return std::filesystem::absolute(file_).parent_path() / given;
  }

  // `field-data`, or else `field`, as readers of such files agree.
  TextOrFile data_or_file(const std::string& field) const {
    const std::string data = text(field + "-data");
    if (data.empty()) return {.file = path(field)};
    const auto decoded = decode_base64(data);
    if (!decoded || decoded->empty()) refuse(field + "-data", "is no base64; encode the PEM file");
    return {.text = *decoded};
  }

 private:
  const std::filesystem::path file_;
  std::string where_;
  YAML::Node node_;
};

std::string read_whole(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw BadAccess(file.string() + ": there is no such file; put a kubeconfig there, or name another");
  if (error) throw BadAccess(file.string() + ": " + error.message());
  if (!std::filesystem::is_regular_file(status))
    throw BadAccess(file.string() + ": is no file; name a kubeconfig file");
  std::ifstream stream(file, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad() || (text.empty() && !stream.eof())) {
    throw BadAccess(file.string() + ": cannot be read; let the daemon's user read it");
  }
  if (text.size() > kFileBytesMax) throw BadAccess(file.string() + ": is larger than 4 MiB");
  return text;
}

Section parse(const std::filesystem::path& file) {
  try {
    const YAML::Node node = YAML::Load(read_whole(file));
    if (!node.IsMap()) throw BadAccess(file.string() + ": is no kubeconfig: no YAML mapping");
    return Section(file, "", node);
  } catch (const YAML::Exception& error) {
    throw BadAccess(file.string() + ": is no YAML: " + error.what());
  }
}

std::string no_such(const std::string& what, const std::string& name,
                    const std::vector<std::string>& names) {
  std::string message = "has no " + what + ' ' + in_quotes(name);
  if (const auto near = nearest_name(name, names))
    return message + "; nearest: " + in_quotes(*near);
  message += "; it has";
  for (const std::string& each : names) message += ' ' + in_quotes(each);
  return names.empty() ? message + " none" : message;
}

// The row called `name` of "clusters", "users" or "contexts", as its inner section.
Section find_named(const Section& root, const std::string& list, const std::string& inner,
                   const std::string& name) {
  std::vector<std::string> names;
  for (const Section& row : root.list(list)) {
    names.push_back(row.text("name"));
    if (names.back() == name) return row.inner(inner);
  }
  root.refuse(list, no_such(inner, name, names));
}

void take_server(const Section& cluster, ApiAccess& access) {
  const std::string text = cluster.text("server");
  if (text.empty()) cluster.refuse("server", "is missing; write https://HOST:PORT");
  try {
    ServerUrl url = parse_server_url(text);
    access.is_tls = url.is_tls;
    access.host = url.host;
    access.port = url.port;
    access.base_path = url.base_path;
  } catch (const std::invalid_argument& error) {
    cluster.refuse("server", in_quotes(text) + " is no address: " + error.what());
  }
}

void take_cluster(const Section& cluster, ApiAccess& access) {
  take_server(cluster, access);
  if (cluster.is_true("insecure-skip-tls-verify")) {
    cluster.refuse("insecure-skip-tls-verify",
                   "is not taken: anybody on the way could read the credentials; give "
                   "certificate-authority[-data], and tls-server-name where the name differs");
  }
  if (cluster.has("proxy-url")) {
    cluster.refuse("proxy-url", "is not taken: connect to the API server directly");
  }
  access.authority = cluster.data_or_file("certificate-authority");
  access.tls_name = cluster.text("tls-server-name");
  if (access.tls_name.empty()) access.tls_name = access.host;
}

void require_exec_version(const Section& exec, const std::string& version) {
  constexpr std::string_view kGroup = "client.authentication.k8s.io/";
  if (version == std::string(kGroup) + "v1" || version == std::string(kGroup) + "v1beta1") return;
  exec.refuse("apiVersion", in_quotes(version) + " is not taken: write " + std::string(kGroup) +
                                "v1 (or v1beta1) as the plugin's manual says");
}

ExecPlugin read_exec(const Section& exec) {
  ExecPlugin plugin;
  plugin.command = exec.text("command");
  if (plugin.command.empty()) exec.refuse("command", "is missing; name the program");
  if (plugin.command.find('/') != std::string::npos) {
    plugin.command = exec.beside_file(plugin.command).string();
  }
  for (const Section& each : exec.list("args")) plugin.args.push_back(each.scalar());
  for (const Section& each : exec.list("env")) {
    plugin.env.emplace_back(each.text("name"), each.text("value"));
    if (plugin.env.back().first.empty()) each.refuse("name", "is missing");
  }
  plugin.api_version = exec.text("apiVersion");
  require_exec_version(exec, plugin.api_version);
  if (exec.text("interactiveMode") == "Always") {
    exec.refuse("interactiveMode",
                "Always is not taken: a daemon has no terminal; use a way to log in without one");
  }
  plugin.wants_cluster_info = exec.is_true("provideClusterInfo");
  plugin.install_hint = exec.text("installHint");
  return plugin;
}

void refuse_what_is_not_done(const Section& user) {
  const std::pair<const char*, const char*> ways[] = {
      {"username", "passwords are not taken, as API servers do not; use a token or certificate"},
      {"password", "passwords are not taken, as API servers do not; use a token or certificate"},
      {"auth-provider", "is no longer made by anybody; use its exec plugin"},
      {"as", "acting as somebody else is not done; give the daemon a user of its own"},
      {"as-uid", "acting as somebody else is not done; give the daemon a user of its own"},
      {"as-groups", "acting as somebody else is not done; give the daemon a user of its own"}};
  for (const auto& [field, why] : ways) {
    if (user.has(field)) user.refuse(field, why);
  }
}

void take_user(const Section& user, ApiAccess& access) {
  refuse_what_is_not_done(user);
  access.certificate = user.data_or_file("client-certificate");
  access.key = user.data_or_file("client-key");
  if (access.certificate.empty() != access.key.empty()) {
    user.refuse(access.key.empty() ? "client-key" : "client-certificate",
                "is missing: a certificate and its key belong together");
  }
  access.token = user.text("token");
  access.token_file = user.path("tokenFile");
  if (!user.has("exec")) return;
  if (!access.token.empty() || !access.token_file.empty()) {
    user.refuse("exec", "stands beside a token, and it is unclear which counts; remove one");
  }
  access.exec = read_exec(user.inner("exec"));
}

std::string context_name(const Section& root, const std::string& wanted) {
  const std::string name = wanted.empty() ? root.text("current-context") : wanted;
  if (name.empty()) {
    root.refuse("current-context", "is not set; name a context, or set it in the file");
  }
  return name;
}

}  // namespace

ApiAccess read_kubeconfig(const std::filesystem::path& file, const std::string& wanted) {
  const Section root = parse(file);
  const Section context = find_named(root, "contexts", "context", context_name(root, wanted));
  ApiAccess access;
  take_cluster(find_named(root, "clusters", "cluster", context.text("cluster")), access);
  if (context.has("user"))
    take_user(find_named(root, "users", "user", context.text("user")), access);
  if (const std::string name = context.text("namespace"); !name.empty()) {
    access.default_namespace = name;
  }
  return access;
}

}  // namespace berth
