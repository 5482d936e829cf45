#include "config/schema.hpp"

#include <algorithm>
#include <array>

#include "model/quantity.hpp"

namespace berth {
namespace {

using enum SettingType;
using enum Presence;

constexpr double kSecond = 1000;
constexpr double kHour = 3600 * kSecond;
constexpr double kYear = 365 * 24 * kHour;
constexpr double kKi = 1024;
constexpr double kGi = 1024 * 1024 * kKi;
constexpr double kMillion = 1e6;
constexpr double kPi = 1024 * 1024 * kGi;
constexpr double kMostMilli = 1e9;

constexpr std::array kSettings{
    Setting{"", "server", kTable, kOptional, "none", "", "The daemon itself."},
    Setting{"", "limits", kTable, kOptional, "none", "", "What may grow, and how far."},
    Setting{"", "retention", kTable, kOptional, "none", "",
            "What is kept of what is over, and how long."},
    Setting{"", "defaults", kTable, kOptional, "none", "",
            "What a request that does not say gets."},
    Setting{"", "probes", kTable, kOptional, "none", "", "How clusters are watched."},
    Setting{"", "owners", kTable, kOptional, "none", "", "The tree of teams."},
    Setting{"", "projects", kTable, kOptional, "none", "", "What jobs belong to."},
    Setting{"", "clusters", kTable, kOptional, "none", "", "Where jobs run."},
    Setting{"", "pools", kTable, kOptional, "none", "", "Parts of clusters, with an owner."},
    Setting{"", "plugins", kTable, kOptional, "none", "", "Plugins with options."},
    Setting{"", "profiles", kTable, kOptional, "none", "", "How places are chosen."},

    Setting{"server", "state_dir", kPath, kRequired, "", "a folder",
            "Holds the database, the lock and what running jobs need. It is made if missing, and "
            "only the daemon's own user may look into it. A daemon that runs as root gives it mode "
            "711, and every user must be able to enter the folders above it: jobs have their "
            "folders there."},
    Setting{"server", "socket", kPath, kOptional, "STATE_DIR/control.sock", "a path",
            "The Unix socket that `berth` and other clients speak to."},
    Setting{"server", "plugin_dir", kPath, kOptional, "the installed plugins", "a folder",
            "The one folder from which plugins are loaded. Nobody but its owner may be able to "
            "write there."},
    Setting{"server", "program_dir", kPath, kOptional, "the installed programs", "a folder",
            "Where `berth-supervise` lies, the program that looks after a local job."},
    Setting{"server", "log_level", kChoice, kDefault, "\"info\"", "debug|info|warning|error",
            "The least important lines that are still written."},
    Setting{"server", "log_file", kPath, kOptional, "standard error", "a path",
            "Where log lines go."},
    Setting{"server", "admins", kTexts, kDefault, "[]", "user names",
            "Who may act on everybody's jobs and on clusters, besides root and the daemon's own "
            "user."},
    Setting{"server", "submitters", kTexts, kDefault, "[]", "user names, @groups",
            "Who may submit jobs to a daemon that runs as root; empty means every user of this "
            "machine. A daemon that is not root takes jobs of its own user alone."},
    Setting{"server", "io_threads", kInteger, kDefault, "2", "threads",
            "Threads that answer clients.", 1, 64},
    Setting{"server", "tcp", kTable, kOptional, "off", "over TCP",
            "Reading over TCP. Whoever can connect is a stranger: he may list and watch jobs, "
            "clusters and pools, and see why a job is where it is; he may not submit, act, or read "
            "logs and endpoints."},

    Setting{"server.tcp", "listen", kText, kRequired, "", "an IP address and a port",
            "Where it listens, as \"ADDRESS:PORT\" or \"[ADDRESS]:PORT\"; port 0 is any that is "
            "free. Beyond this machine's own loopback it speaks TLS only."},
    Setting{
        "server.tcp", "certificate", kPath, kOptional, "none: no TLS", "a path",
        "The certificate in PEM, with those that vouch for it behind it. A new one in its place "
        "is taken for the next connection."},
    Setting{"server.tcp", "key", kPath, kOptional, "none", "a path",
            "The certificate's private key in PEM, without a password, and not for everybody to "
            "read."},
    Setting{"server.tcp", "client_ca", kPath, kOptional, "none: everybody may connect", "a path",
            "Certificates in PEM: only clients that have one from these may connect."},
    Setting{"server.tcp", "names", kTexts, kDefault, "[]", "host names",
            "What clients may call this server besides localhost, the address that they connect to "
            "and the names in the certificate. A request for any other host is refused, so that no "
            "web page can read from here under a name of its own."},
    Setting{"server.tcp", "connections_max", kInteger, kDefault, "64", "connections",
            "Clients connected over TCP at the same time.", 1, 100'000},

    Setting{"limits", "jobs_unfinished_max", kInteger, kDefault, "1000000", "jobs",
            "Jobs that have not ended, waiting ones included. Beyond it a submit is refused with "
            "QueueFull.",
            1, 100 * kMillion},
    Setting{"limits", "request_bytes_max", kBytes, kDefault, "\"1Mi\"", "bytes",
            "The size of one job request.", kKi, kGi},
    Setting{"limits", "batch_bytes_max", kBytes, kDefault, "\"256Mi\"", "bytes",
            "The size of one batch, all its requests together.", kKi, 16 * kGi},
    Setting{"limits", "connections_max", kInteger, kDefault, "1024", "connections",
            "Clients connected at the same time.", 1, 100'000},
    Setting{"limits", "jobs_per_user_max", kInteger, kDefault, "100000", "jobs",
            "Jobs that have not ended of one user who is no admin. Beyond it a submit is refused "
            "with QueueFull.",
            1, 100 * kMillion},
    Setting{"limits", "connections_per_user_max", kInteger, kDefault, "128", "connections",
            "Clients of one user who is no admin, connected at the same time.", 1, 100'000},
    Setting{"limits", "watchers_per_user_max", kInteger, kDefault, "32", "streams",
            "Events or logs that one user who is no admin follows at the same time.", 1, 100'000},
    Setting{"limits", "request_timeout", kDuration, kDefault, "\"30s\"", "a duration",
            "How long a client may take to send a request or to read its answer.", kSecond / 10,
            kHour},
    Setting{"limits", "buffered_bytes_max", kBytes, kDefault, "\"256Mi\"", "bytes",
            "Requests and answers on their way from or to clients, all together; over TCP as much "
            "again. Beyond it a client is told Busy.",
            1024 * kKi, 64 * kGi},
    Setting{"limits", "watchers_max", kInteger, kDefault, "256", "streams",
            "Clients that follow events or logs at the same time.", 1, 100'000},
    Setting{"limits", "group_members_max", kInteger, kDefault, "10000", "members",
            "The members of one job's gang, all groups together.", 1, kMillion},
    Setting{"limits", "start_failures_max", kInteger, kDefault, "8", "attempts",
            "Attempts of one job that ended before they were ready; then the job fails.", 1, 1000},
    Setting{"limits", "event_lag_max", kInteger, kDefault, "10000", "events",
            "How far a follower may fall behind before it is told to begin again.", 1, kMillion},
    Setting{"limits", "store_log_bytes_max", kBytes, kDefault, "\"1Gi\"", "bytes",
            "The store's write-ahead log. It grows so far only while another program keeps an old "
            "view of the database open; then new jobs are refused with StoreFull.",
            64 * 1024 * kKi, kPi},
    Setting{"limits", "ballast_bytes", kBytes, kDefault, "\"16Mi\"", "bytes",
            "Room on the disk that is kept for the day it is full: then it is given up so that "
            "jobs can still end and be killed, and new ones are refused with StoreFull. 0 keeps "
            "none.",
            0, 1024 * kGi},

    Setting{"retention", "finished_jobs_max", kInteger, kDefault, "1000000", "jobs",
            "Finished jobs. Beyond it those whose time to live would be over next go first.", 0,
            1000 * kMillion},
    Setting{"retention", "events_max", kInteger, kDefault, "10000000", "events",
            "Events, of all jobs together.", 0, 100'000 * kMillion},
    Setting{"retention", "events_age", kDuration, kDefault, "\"90d\"", "a duration",
            "Events of jobs that are kept for longer.", 0, 100 * kYear},
    Setting{"retention", "decisions_max", kInteger, kDefault, "1000000", "decisions",
            "Records of why a job was placed where, for `berth explain`.", 0, 1000 * kMillion},
    Setting{"retention", "decisions_age", kDuration, kDefault, "\"90d\"", "a duration",
            "The same, from the end of their job.", 0, 100 * kYear},
    Setting{"retention", "store_bytes_max", kBytes, kDefault, "\"16Gi\"", "bytes",
            "The database's file. Beyond it finished jobs go before their time is over; the room "
            "that they leave is used again.",
            0, kPi},

    Setting{"defaults", "profile", kName, kDefault, "\"default\"", "a profile",
            "The profile of jobs for which no other one is meant."},
    Setting{"defaults", "start_deadline", kDuration, kDefault, "\"10m\"", "a duration",
            "An attempt that is not ready by then is released and the job placed elsewhere. "
            "\"0s\" means never.",
            0, kYear},
    Setting{"defaults", "run_deadline", kDuration, kDefault, "\"0s\"", "a duration",
            "An attempt that has been ready for so long is ended. \"0s\" means never.", 0, kYear},
    Setting{"defaults", "retry_limit", kInteger, kDefault, "2", "retries",
            "How often a job is placed again after it ran and was lost.", 0, 1000},
    Setting{"defaults", "retry_on", kNames, kDefault,
            "[\"NodeLost\", \"ClusterLost\", \"Preempted\"]", "reasons",
            "The ends of an attempt after which the job is placed again."},
    Setting{"defaults", "ttl_after_finished", kDuration, kDefault, "\"7d\"", "a duration",
            "How long a finished job and its logs can still be looked at.", 0, 10 * kYear},

    Setting{"probes", "health_every", kDuration, kDefault, "\"2s\"", "a duration",
            "How often each cluster is asked whether it is well.", kSecond / 10, kHour},
    Setting{"probes", "pools_every", kDuration, kDefault, "\"30s\"", "a duration",
            "How often each cluster is asked what room it has. Changes that it reports by itself "
            "are taken at once.",
            kSecond / 10, kHour},
    Setting{"probes", "call_timeout", kDuration, kDefault, "\"30s\"", "a duration",
            "How long one call to a cluster may take before its outcome counts as unknown.",
            kSecond / 10, kHour},
    Setting{"probes", "offline_after_failures", kInteger, kDefault, "3", "failures",
            "Probes failing in a row that make a cluster offline. Its jobs are left alone.", 1,
            1000},
    Setting{"probes", "lost_after", kDuration, kDefault, "\"5m\"", "a duration",
            "A cluster that is offline for so long is lost: each of its jobs does what its "
            "`on_cluster_lost` says.",
            kSecond, kYear},
    Setting{"probes", "breaker_failures", kInteger, kDefault, "5", "failures",
            "Launches failing in a row after which a cluster gets no more jobs for a while.", 1,
            1000},
    Setting{"probes", "breaker_pause", kDuration, kDefault, "\"30s\"", "a duration",
            "How long that while is.", kSecond / 10, kHour},

    Setting{"owners.NAME", "parent", kName, kOptional, "none: a root", "an owner",
            "The owner above this one; its pools are tried when this one's do not suit."},
    Setting{"owners.NAME", "title", kText, kOptional, "none", "text",
            "What people call this owner."},

    Setting{"projects.NAME", "owner", kName, kRequired, "", "an owner",
            "Whose jobs these are: it decides which pools are tried first."},

    Setting{"clusters.NAME", "backend", kName, kRequired, "", "a backend",
            "The plugin that speaks to it: an instance of [plugins], or the id of an installed "
            "backend."},
    Setting{"clusters.NAME", "region", kText, kOptional, "none", "text",
            "Matched by a job's `requires.region`."},
    Setting{"clusters.NAME", "zone", kText, kOptional, "none", "text",
            "Matched by a job's `requires.zone`."},
    Setting{"clusters.NAME", "labels", kLabels, kDefault, "{}", "texts by name",
            "Matched by what a job requires and prefers; its pools have them too."},
    Setting{"clusters.NAME", "discover_pools", kBoolean, kDefault, "false", "true or false",
            "Takes pools that the cluster reports and no section of [pools] names, when their "
            "owner is one of [owners] or \"shared\". They come and go with what it reports."},

    Setting{"pools.NAME", "cluster", kName, kRequired, "", "a cluster",
            "The cluster that it is a part of."},
    Setting{"pools.NAME", "owner", kName, kDefault, "\"shared\"", "an owner, or shared",
            "Whose jobs come here first. A shared pool is for everybody, after their own."},
    Setting{"pools.NAME", "labels", kLabels, kDefault, "{}", "texts by name",
            "Matched by what a job requires and prefers, before the cluster's of the same name."},
    Setting{"pools.NAME", "settings", kLabels, kDefault, "{}", "texts by name",
            "What the cluster's backend wants to know of this pool; its plugin's README lists what "
            "there is."},
    Setting{"pools.NAME", "price", kNumber, kDefault, "0", "per hour",
            "What one GPU costs, or one core where there are no GPUs. In any currency, since pools "
            "are only compared; 0 says that it is not known.",
            0, kMillion},
    Setting{
        "pools.NAME", "nodes", kTables, kOptional, "what the cluster reports", "nodes",
        "Its nodes, for clusters that do not report their own. One table for each kind of node."},

    Setting{"pools.NAME.nodes[]", "sku", kText, kOptional, "none", "text",
            "The model of its GPUs, or any other name that jobs may ask for."},
    Setting{"pools.NAME.nodes[]", "count", kInteger, kDefault, "1", "nodes",
            "How many nodes are like this.", 1, kMillion},
    Setting{"pools.NAME.nodes[]", "cpu", kMilli, kDefault, "0", "cores of one node",
            "\"500m\" is half a core.", 0, kMostMilli},
    Setting{"pools.NAME.nodes[]", "memory", kBytes, kDefault, "0", "bytes of one node",
            "\"16Gi\", or a number of bytes.", 0, kPi},
    Setting{"pools.NAME.nodes[]", "gpu", kMilli, kDefault, "0", "GPUs of one node",
            "\"500m\" is half a GPU.", 0, kMostMilli},

    Setting{"plugins.NAME", "plugin", kName, kOptional, "the instance's own name", "a plugin's id",
            "Which installed plugin this is an instance of."},
    Setting{"plugins.NAME", "sha256", kText, kOptional, "any file", "64 hexadecimal digits",
            "The only content that the plugin's file may have."},
    Setting{"plugins.NAME", "match", kTable, kOptional, "all jobs", "jobs",
            "Jobs that it is asked about; of others it is not."},

    Setting{"plugins.NAME.match", "projects", kNames, kDefault, "[]", "projects",
            "Any of these; none named: any."},
    Setting{"plugins.NAME.match", "owners", kNames, kDefault, "[]", "owners",
            "Any of these, and all beneath them; none named: any."},
    Setting{"plugins.NAME.match", "types", kNames, kDefault, "[]", "job types",
            "Any of these; none named: any."},

    // The one place that names plugins: a site that says nothing gets these.
    Setting{"profiles.NAME", "filters", kNames, kDefault,
            "[\"cluster_ready\", \"affinity\", \"workload_format\", \"gpu_sku\", \"capacity\", "
            "\"node_fit\"]",
            "filters",
            "Who may refuse a pool, asked in this order: instances of [plugins], or ids of "
            "installed filters."},
    Setting{"profiles.NAME", "on_busy", kChoice, kDefault, "\"wait\"", "wait|spill",
            "When the nearest pools that suit are full: wait for them, or spill over to those of "
            "the next owner above and then to the shared ones."},
    Setting{"profiles.NAME", "on_no_match", kChoice, kDefault, "\"wait\"", "wait|fail",
            "When no pool could ever take the job: let it wait for one that can, or fail it."},
    Setting{"profiles.NAME", "match", kTable, kOptional, "no jobs, but for the default profile",
            "jobs", "Jobs that this profile is for. The first in the file that fits is taken."},
    Setting{"profiles.NAME", "scorers", kTables, kDefault,
            "[{plugin = \"least_loaded\", weight = 2}, {plugin = \"bin_pack\", weight = 1}, "
            "{plugin = \"cost\", weight = 1}, {plugin = \"prefers\", weight = 1}]",
            "scorers", "Who says which of the pools that are left is best."},

    Setting{"profiles.NAME.match", "projects", kNames, kDefault, "[]", "projects",
            "Any of these; none named: any."},
    Setting{"profiles.NAME.match", "owners", kNames, kDefault, "[]", "owners",
            "Any of these, and all beneath them; none named: any."},
    Setting{"profiles.NAME.match", "types", kNames, kDefault, "[]", "job types",
            "Any of these; none named: any."},

    Setting{"profiles.NAME.scorers[]", "plugin", kName, kRequired, "", "a scorer",
            "An instance of [plugins], or the id of an installed scorer."},
    Setting{"profiles.NAME.scorers[]", "weight", kNumber, kDefault, "1", "a factor",
            "What its scores, each from 0 to 1, are multiplied by.", 0, 1000},
};

std::string number_text(const Setting& setting, double value) {
  const auto whole = static_cast<std::int64_t>(value);
  switch (setting.type) {
    case kDuration:
      return whole == 0 ? "0s" : duration_text(whole);
    case kBytes:
      return bytes_text(whole);
    case kMilli:
      return milli_text(whole);
    case kInteger:
    case kNumber:
      return std::to_string(whole);
    case kText:
    case kName:
    case kPath:
    case kChoice:
    case kBoolean:
    case kTexts:
    case kNames:
    case kLabels:
    case kTable:
    case kTables:
      break;
  }
  return {};
}

// "debug|info|error" as "debug, info or error".
std::string choices_text(std::string_view choices) {
  std::string text(choices);
  const std::size_t last = text.rfind('|');
  if (last != std::string::npos) text.replace(last, 1, " or ");
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|'))
    text.replace(at, 1, ", ");
  return text;
}

}  // namespace

std::span<const Setting> all_settings() { return kSettings; }

const Setting* find_setting(std::string_view scope, std::string_view name) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& each) {
    return each.scope == scope && each.name == name;
  });
  return found == kSettings.end() ? nullptr : &*found;
}

std::vector<std::string> setting_names(std::string_view scope) {
  std::vector<std::string> names;
  for (const Setting& each : kSettings) {
    if (each.scope == scope) names.emplace_back(each.name);
  }
  return names;
}

std::string setting_note(const Setting& setting, bool say_default) {
  std::string note =
      setting.type == kChoice ? choices_text(setting.unit) : std::string(setting.unit);
  if (setting.most > 0)
    note +=
        ", " + number_text(setting, setting.least) + " to " + number_text(setting, setting.most);
  if (setting.presence == kRequired)
    note += "; required";
  else if (say_default)
    note += "; default: " + std::string(setting.fallback);
  return note;
}

}  // namespace berth
