#include "status/site_json.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

Json tcp_json(const TcpSettings& tcp) {
  return {{"listen", tcp.listen},
          {"certificate", tcp.certificate.string()},
          {"key", tcp.key.string()},
          {"client_ca", tcp.client_ca.string()},
          {"names", tcp.names},
          {"connections_max", tcp.connections_max}};
}

Json server_json(const ServerSettings& server) {
  return {{"state_dir", server.state_dir.string()},
          {"socket", server.socket.string()},
          {"plugin_dir", server.plugin_dir.string()},
          {"program_dir", server.program_dir.string()},
          {"log_level", server.log_level},
          {"log_file", server.log_file},
          {"admins", server.admins},
          {"submitters", server.submitters},
          {"io_threads", server.io_threads},
          {"tcp", tcp_json(server.tcp)}};
}

Json limits_json(const Limits& limits) {
  return {{"jobs_unfinished_max", limits.jobs_unfinished_max},
          {"request_bytes_max", limits.request_bytes_max},
          {"batch_bytes_max", limits.batch_bytes_max},
          {"connections_max", limits.connections_max},
          {"buffered_bytes_max", limits.buffered_bytes_max},
          {"request_timeout_ms", limits.request_timeout_ms},
          {"watchers_max", limits.watchers_max},
          {"group_members_max", limits.group_members_max},
          {"start_failures_max", limits.start_failures_max},
          {"event_lag_max", limits.event_lag_max},
          {"jobs_per_user_max", limits.jobs_per_user_max},
          {"connections_per_user_max", limits.connections_per_user_max},
          {"watchers_per_user_max", limits.watchers_per_user_max},
          {"store_log_bytes_max", limits.store_log_bytes_max},
          {"ballast_bytes", limits.ballast_bytes}};
}

Json retention_json(const RetentionSettings& retention) {
  return {{"finished_jobs_max", retention.finished_jobs_max},
          {"events_max", retention.events_max},
          {"events_age_ms", retention.events_age_ms},
          {"decisions_max", retention.decisions_max},
          {"decisions_age_ms", retention.decisions_age_ms},
          {"store_bytes_max", retention.store_bytes_max}};
}

Json defaults_json(const JobDefaults& defaults) {
  return {{"profile", defaults.profile},
          {"start_deadline_ms", defaults.start_deadline_ms},
          {"run_deadline_ms", defaults.run_deadline_ms},
          {"retry_limit", defaults.retry_limit},
          {"retry_on", defaults.retry_on},
          {"ttl_after_finished_ms", defaults.ttl_after_finished_ms}};
}

Json probes_json(const ProbeSettings& probes) {
  return {{"health_every_ms", probes.health_every_ms},
          {"pools_every_ms", probes.pools_every_ms},
          {"call_timeout_ms", probes.call_timeout_ms},
          {"offline_after_failures", probes.offline_after_failures},
          {"lost_after_ms", probes.lost_after_ms},
          {"breaker_failures", probes.breaker_failures},
          {"breaker_pause_ms", probes.breaker_pause_ms}};
}

Json profiles_json(const std::vector<ProfileSetting>& profiles) {
  Json list = Json::array();
  for (const ProfileSetting& profile : profiles) {
    Json scorers = Json::array();
    for (const ScorerSetting& scorer : profile.scorers)
      scorers.push_back({{"plugin", scorer.plugin}, {"weight", scorer.weight}});
    list.push_back({{"name", profile.name},
                    {"filters", profile.filters},
                    {"scorers", std::move(scorers)},
                    {"on_busy", profile.on_busy == OnBusy::kWait ? "wait" : "spill"},
                    {"on_no_match", profile.on_no_match == OnNoMatch::kWait ? "wait" : "fail"}});
  }
  return list;
}

// An option may be a password some day, so only names are shown.
Json plugins_json(const std::vector<PluginSetting>& plugins) {
  Json list = Json::array();
  for (const PluginSetting& plugin : plugins) {
    Json options = Json::array();
    for (const auto& [name, value] : plugin.options) options.push_back(name);
    list.push_back({{"instance", plugin.instance},
                    {"plugin", plugin.plugin},
                    {"options", std::move(options)}});
  }
  return list;
}

}  // namespace

Json owners_json(const Site& site, const std::vector<PoolView>& views) {
  Json list = Json::array();
  for (const OwnerSetting& owner : site.owners) {
    Json projects = Json::array();
    for (const ProjectSetting& project : site.projects)
      if (project.owner == owner.name) projects.push_back(project.name);
    Json pools = Json::array();
    for (const PoolView& pool : views)
      if (pool.owner == owner.name) pools.push_back(pool.cluster + "/" + pool.name);
    list.push_back({{"name", owner.name},
                    {"parent", owner.parent},
                    {"title", owner.title},
                    {"projects", std::move(projects)},
                    {"pools", std::move(pools)}});
  }
  return list;
}

Json projects_json(const Site& site) {
  Json list = Json::array();
  for (const ProjectSetting& project : site.projects)
    list.push_back({{"name", project.name}, {"owner", project.owner}});
  return list;
}

Json config_json(const Site& site) {
  return {{"file", site.file.string()},           {"server", server_json(site.server)},
          {"limits", limits_json(site.limits)},   {"defaults", defaults_json(site.defaults)},
          {"probes", probes_json(site.probes)},   {"retention", retention_json(site.retention)},
          {"profiles", profiles_json(site.profiles)},
          {"plugins", plugins_json(site.plugins)}};
}

}  // namespace berth
