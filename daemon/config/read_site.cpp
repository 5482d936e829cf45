#include <algorithm>

#include "config/default_folders.hpp"
#include "config/document.hpp"
#include "config/read_parts.hpp"
#include "config/references.hpp"
#include "config/site_file.hpp"
#include "config/tcp_address.hpp"
#include "model/reason.hpp"

namespace berth {
namespace {

constexpr std::size_t kSocketPathMost = 107;  // what sockaddr_un holds, without its zero

std::filesystem::path path_of(Section& section, std::string_view name,
                              const std::filesystem::path& folder,
                              const std::filesystem::path& otherwise) {
  const std::string text = section.text(name);
  return text.empty() ? otherwise : path_from(folder, text);
}

void check_socket(Section& section, const std::filesystem::path& socket) {
  const std::size_t size = socket.native().size();
  if (size > kSocketPathMost)
    section.wrong("socket", "a Unix socket's path has at most 107 bytes, this one has " +
                                std::to_string(size) + ": " + socket.string());
}

void check_listen(Section& section, const TcpSettings& tcp) {
  if (tcp.listen.empty()) return;  // said already
  const auto address = parse_tcp_address(tcp.listen);
  if (!address) return section.wrong("listen", address.error().message);
  if (!address->is_loopback && tcp.certificate.empty())
    section.wrong("certificate", "is required where others than this machine can connect, and " +
                                     tcp.listen +
                                     " is such a place; without one listen on 127.0.0.1");
}

// TLS is all of it or nothing.
void check_certificate(Section& section, const TcpSettings& tcp) {
  if (!tcp.certificate.empty() && tcp.key.empty())
    section.wrong("key", "is required beside a certificate");
  if (tcp.certificate.empty() && !tcp.key.empty())
    section.wrong("certificate", "is required beside a key");
  if (tcp.certificate.empty() && !tcp.client_ca.empty())
    section.wrong("client_ca", "has a meaning only beside a certificate and its key");
}

void read_parts(Section root, const std::filesystem::path& folder, Site& site) {
  root.refuse_unknown();
  read_server(root.table("server"), folder, site.server);
  read_limits(root.table("limits"), site.limits);
  read_retention(root.table("retention"), site.retention);
  read_defaults(root.table("defaults"), site.defaults);
  read_probes(root.table("probes"), site.probes);
  read_owners(root.table("owners"), site);
  read_projects(root.table("projects"), site);
  read_clusters(root.table("clusters"), site);
  read_pools(root.table("pools"), site);
  read_plugins(root.table("plugins"), site);
  read_profiles(root.table("profiles"), site);
  root.table("defaults").refer("profile", "profile", names_of(site.profiles));
}

void sort_by_line(std::vector<SiteProblem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const SiteProblem& a, const SiteProblem& b) { return a.line < b.line; });
}

}  // namespace

std::filesystem::path folder_of(const std::filesystem::path& file) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(file, failed);
  return failed ? std::filesystem::path("/") : whole.parent_path();
}

std::filesystem::path path_from(const std::filesystem::path& folder, const std::string& text) {
  return (folder / text).lexically_normal();
}

void read_server(Section section, const std::filesystem::path& folder, ServerSettings& server) {
  server.state_dir = path_of(section, "state_dir", folder, {});
  server.socket = path_of(section, "socket", folder, server.state_dir / "control.sock");
  server.plugin_dir = path_of(section, "plugin_dir", folder, default_plugin_dir());
  server.program_dir = path_of(section, "program_dir", folder, default_program_dir());
  server.log_level = section.text("log_level");
  server.log_file = path_of(section, "log_file", folder, {});
  server.admins = section.texts("admins");
  server.submitters = section.texts("submitters");
  server.io_threads = static_cast<int>(section.integer("io_threads"));
  if (section.has("tcp")) read_tcp(section.table("tcp"), folder, server.tcp);
  section.refuse_unknown();
  check_socket(section, server.socket);
}

void read_tcp(Section section, const std::filesystem::path& folder, TcpSettings& tcp) {
  tcp.listen = section.text("listen");
  tcp.certificate = path_of(section, "certificate", folder, {});
  tcp.key = path_of(section, "key", folder, {});
  tcp.client_ca = path_of(section, "client_ca", folder, {});
  tcp.names = section.texts("names");
  tcp.connections_max = section.integer("connections_max");
  section.refuse_unknown();
  check_listen(section, tcp);
  check_certificate(section, tcp);
}

void read_limits(Section section, Limits& limits) {
  limits.jobs_unfinished_max = section.integer("jobs_unfinished_max");
  limits.request_bytes_max = section.integer("request_bytes_max");
  limits.batch_bytes_max = section.integer("batch_bytes_max");
  limits.connections_max = section.integer("connections_max");
  limits.jobs_per_user_max = section.integer("jobs_per_user_max");
  limits.connections_per_user_max = section.integer("connections_per_user_max");
  limits.watchers_per_user_max = section.integer("watchers_per_user_max");
  limits.request_timeout_ms = section.integer("request_timeout");
  limits.buffered_bytes_max = section.integer("buffered_bytes_max");
  if (limits.buffered_bytes_max < limits.request_bytes_max)
    section.wrong("buffered_bytes_max",
                  "must be at least request_bytes_max, or no large request "
                  "ever fits");
  limits.watchers_max = section.integer("watchers_max");
  limits.group_members_max = section.integer("group_members_max");
  limits.start_failures_max = section.integer("start_failures_max");
  limits.event_lag_max = section.integer("event_lag_max");
  limits.store_log_bytes_max = section.integer("store_log_bytes_max");
  limits.ballast_bytes = section.integer("ballast_bytes");
  section.refuse_unknown();
}

void read_retention(Section section, RetentionSettings& retention) {
  retention.finished_jobs_max = section.integer("finished_jobs_max");
  retention.events_max = section.integer("events_max");
  retention.events_age_ms = section.integer("events_age");
  retention.decisions_max = section.integer("decisions_max");
  retention.decisions_age_ms = section.integer("decisions_age");
  retention.store_bytes_max = section.integer("store_bytes_max");
  section.refuse_unknown();
}

void read_defaults(Section section, JobDefaults& defaults) {
  defaults.profile = section.text("profile");
  defaults.start_deadline_ms = section.integer("start_deadline");
  defaults.run_deadline_ms = section.integer("run_deadline");
  defaults.retry_limit = section.integer("retry_limit");
  defaults.retry_on = section.texts("retry_on");
  defaults.ttl_after_finished_ms = section.integer("ttl_after_finished");
  section.refer("retry_on", "reason", retry_reasons());
  section.refuse_unknown();
}

void read_probes(Section section, ProbeSettings& probes) {
  probes.health_every_ms = section.integer("health_every");
  probes.pools_every_ms = section.integer("pools_every");
  probes.call_timeout_ms = section.integer("call_timeout");
  probes.offline_after_failures = static_cast<int>(section.integer("offline_after_failures"));
  probes.lost_after_ms = section.integer("lost_after");
  probes.breaker_failures = static_cast<int>(section.integer("breaker_failures"));
  probes.breaker_pause_ms = section.integer("breaker_pause");
  section.refuse_unknown();
}

SiteCheck read_site(const std::filesystem::path& file) {
  SiteCheck check;
  check.site.file = file;
  const auto text = read_site_file(file);
  if (!text) {
    check.problems.push_back({0, text.error().message});
    return check;
  }
  const Document document = parse_document(*text);
  if (const auto* error = std::get_if<SyntaxError>(&document)) {
    check.problems.push_back({error->line, error->message});
    return check;
  }
  Findings findings(check);
  read_parts({findings, "", "", &std::get<Table>(document), 0}, folder_of(file), check.site);
  sort_by_line(check.problems);
  return check;
}

}  // namespace berth
