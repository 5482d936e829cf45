// A site: all that one TOML file says, checked and with its defaults filled in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace berth {

// Reading over TCP: see config/tcp_address.hpp for the form of `listen`.
struct TcpSettings {
  std::string listen;                 // empty: off
  std::filesystem::path certificate;  // empty: no TLS, on loopback only
  std::filesystem::path key;
  std::filesystem::path client_ca;  // empty: clients need no certificate
  std::vector<std::string> names;   // of this host, besides those that it is known by anyway
  std::int64_t connections_max = 64;
};

struct ServerSettings {
  std::filesystem::path state_dir;
  std::filesystem::path socket;       // default: STATE_DIR/control.sock
  std::filesystem::path plugin_dir;   // the one trusted directory; default: the installed one
  std::filesystem::path program_dir;  // where berth-supervise lies; default: the installed one
  std::string log_level = "info";
  std::string log_file;             // empty: standard error
  std::vector<std::string> admins;  // user names, besides root and the daemon's own user
  std::vector<std::string> submitters;  // user names and "@group"; empty: everybody
  int io_threads = 2;
  TcpSettings tcp;
};

struct Limits {
  std::int64_t jobs_unfinished_max = 1'000'000;
  std::int64_t request_bytes_max = 1 << 20;
  std::int64_t batch_bytes_max = 256 << 20;
  std::int64_t connections_max = 1024;
  // Of one user who is no admin:
  std::int64_t jobs_per_user_max = 100'000;
  std::int64_t connections_per_user_max = 128;
  std::int64_t watchers_per_user_max = 32;
  std::int64_t request_timeout_ms = 30'000;
  std::int64_t buffered_bytes_max = 256 << 20;
  std::int64_t watchers_max = 256;
  std::int64_t group_members_max = 10'000;  // of one job, all groups together
  std::int64_t start_failures_max = 8;  // attempts that never became ready, before the job fails
  std::int64_t event_lag_max = 10'000;
  std::int64_t store_log_bytes_max = 1 << 30;
  std::int64_t ballast_bytes = 16 << 20;
};

// What is kept of what is over; 0: no limit.
struct RetentionSettings {
  std::int64_t finished_jobs_max = 1'000'000;
  std::int64_t events_max = 10'000'000;
  std::int64_t events_age_ms = 90LL * 86'400'000;
  std::int64_t decisions_max = 1'000'000;
  std::int64_t decisions_age_ms = 90LL * 86'400'000;
  std::int64_t store_bytes_max = 16LL << 30;
};

// What a request that does not say gets.
struct JobDefaults {
  std::string profile = "default";
  std::int64_t start_deadline_ms = 600'000;
  std::int64_t run_deadline_ms = 0;
  std::int64_t retry_limit = 2;
  std::vector<std::string> retry_on{"NodeLost", "ClusterLost", "Preempted"};
  std::int64_t ttl_after_finished_ms = 7LL * 86'400'000;
};

// How clusters are watched.
struct ProbeSettings {
  std::int64_t health_every_ms = 2'000;
  std::int64_t pools_every_ms = 30'000;
  std::int64_t call_timeout_ms = 30'000;  // one backend call
  int offline_after_failures = 3;         // probes failing in a row
  std::int64_t lost_after_ms = 300'000;   // offline so long: `on_cluster_lost` applies
  int breaker_failures = 5;               // launches failing in a row: no more until a probe
  std::int64_t breaker_pause_ms = 30'000;
};

struct OwnerSetting {
  std::string name;
  std::string parent;  // empty: a root
  std::string title;
};

struct ProjectSetting {
  std::string name;
  std::string owner;
};

struct ClusterSetting {
  std::string name;
  std::string backend;  // a plugin instance, or a backend plugin's id
  std::string region;
  std::string zone;
  std::map<std::string, std::string> labels;
  bool discover_pools = false;  // pools that it reports and the site does not name are taken, too
};

// Nodes of one kind that a pool declares; amounts are of one node.
struct NodeSetting {
  std::string sku;
  std::int64_t count = 1;
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
};

struct PoolSetting {
  std::string name;
  std::string cluster;
  std::string owner;  // empty: shared
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> settings;  // for the cluster's backend, as they are
  double price = 0;
  std::vector<NodeSetting> nodes;
};

// One value of a plugin's option as the site file has it, before the plugin's table checks it.
using OptionValue = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;

struct PlacedOption {
  OptionValue value;
  int line = 0;
};

// Which jobs something is limited to; an empty list means any.
struct Match {
  std::vector<std::string> projects;
  std::vector<std::string> owners;  // and everything beneath them
  std::vector<std::string> types;
  bool is_any() const { return projects.empty() && owners.empty() && types.empty(); }
};

struct PluginSetting {
  std::string instance;
  std::string plugin;  // its id
  Match match;
  std::string sha256;  // pin of the file; empty: none
  std::map<std::string, PlacedOption> options;
  int line = 0;
};

struct ScorerSetting {
  std::string plugin;  // an instance, or a scorer plugin's id
  double weight = 1;
};

enum class OnBusy { kWait, kSpill };
enum class OnNoMatch { kWait, kFail };

struct ProfileSetting {
  std::string name;
  std::vector<std::string> filters;  // in order: instances, or filter plugins' ids
  std::vector<ScorerSetting> scorers;
  OnBusy on_busy = OnBusy::kWait;
  OnNoMatch on_no_match = OnNoMatch::kWait;
  Match match;  // jobs it is for; one without a match serves only as the default
};

struct Site {
  std::filesystem::path file;
  ServerSettings server;
  Limits limits;
  RetentionSettings retention;
  JobDefaults defaults;
  ProbeSettings probes;
  std::vector<OwnerSetting> owners;
  std::vector<ProjectSetting> projects;
  std::vector<ClusterSetting> clusters;
  std::vector<PoolSetting> pools;
  std::vector<PluginSetting> plugins;
  std::vector<ProfileSetting> profiles;  // one named "default" always, made if the file has none

  const OwnerSetting* owner(const std::string& name) const;
  const ProjectSetting* project(const std::string& name) const;
  const ClusterSetting* cluster(const std::string& name) const;
  const PoolSetting* pool(const std::string& name) const;
  // `owner` and its ancestors, nearest first.
  std::vector<std::string> lineage(const std::string& owner) const;
};

// What the plugins that are installed say of themselves, so that a site file can be held to it
// without config knowing how plugins are loaded.
struct KnownOption {
  std::string name;
  std::string type;  // text, integer, number, boolean, quantity, bytes, duration, list, path
  bool required = false;
};

struct KnownPlugin {
  std::string id;
  std::string kind;  // filter, scorer, jobtype, backend
  std::vector<KnownOption> options;
};

// Line 0: about the file as a whole.
struct SiteProblem {
  int line = 0;
  std::string message;  // "pools.gpu-a.owner: no owner \"aplied-ai\"; nearest: \"applied-ai\""
};

struct SiteCheck {
  Site site;
  std::vector<SiteProblem> problems;  // all of them, in the order of lines; empty: the site is good
  std::map<std::string, int> lines;   // where each setting stands: "pools.gpu-a.owner" to 41
};

// Reads the file's form: settings, their types, names that point at each other. What it says of
// plugins is not looked at. [any]
SiteCheck read_site(const std::filesystem::path& file);

// Holds a site to the installed plugins: adds a problem for each unknown plugin, option or kind
// that does not fit its place, and makes options that are paths absolute. [any]
void check_plugins(SiteCheck& check, const std::vector<KnownPlugin>& known);

// "site.toml:41: pools.gpu-a.owner: no owner ..." for each, and the count; empty when there are
// none. [any]
std::string problems_text(const SiteCheck& check);

}  // namespace berth
