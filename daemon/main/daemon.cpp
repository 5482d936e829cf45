#include "main/daemon.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>

#include "access/rules.hpp"
#include "base/log.hpp"
#include "control/control.hpp"
#include "control/io_threads.hpp"
#include "control/listener.hpp"
#include "control/router.hpp"
#include "control/tls.hpp"
#include "main/asio_loop.hpp"
#include "main/make_policy.hpp"
#include "main/notify.hpp"
#include "main/service_watchdog.hpp"
#include "main/worker_threads.hpp"
#include "store/ballast.hpp"
#include "store/sqlite_store.hpp"
#include "store/state_folder.hpp"

namespace berth {
namespace {

constexpr int kWorkerThreads = 2;
constexpr std::chrono::seconds kPruneEvery{60};
constexpr int kPruneAtOnce = 1'000'000;  // in small slices
constexpr std::chrono::seconds kBackendsStopWithin{5};
constexpr std::chrono::seconds kAnswerWithin{2};

CatalogSettings catalog_settings(const Site& site, const std::filesystem::path& private_dir) {
  CatalogSettings settings{site.server.plugin_dir, private_dir, {}};
  for (const PluginSetting& plugin : site.plugins)
    if (!plugin.sha256.empty()) settings.pins[plugin.plugin] = plugin.sha256;
  return settings;
}

Retention retention_of(const RetentionSettings& site) {
  return {.finished_jobs_max = site.finished_jobs_max,
          .events_max = site.events_max,
          .events_age_ms = site.events_age_ms,
          .decisions_max = site.decisions_max,
          .decisions_age_ms = site.decisions_age_ms,
          .bytes_max = site.store_bytes_max};
}

// The options of a plugin that is used under its own id: those of the first instance of it.
const PluginSetting* setting_of_plugin(const Site& site, const std::string& id) {
  for (const PluginSetting& setting : site.plugins)
    if (setting.plugin == id) return &setting;
  return nullptr;
}

}  // namespace

// In the order in which each needs those before it.
struct Daemon::Parts {
  explicit Parts(SiteCheck checked)
      : check(std::move(checked)),
        site(check.site),
        rules(::geteuid(), site.server.admins, site.server.submitters),
        hub(site.limits.watchers_max),
        io(std::make_unique<IoThreads>(site.server.io_threads)) {}

  Result<void> take_state_folder();
  Result<void> open_key();
  Result<void> load_plugins();
  Result<void> open_store();
  Result<void> make_jobtypes();
  Result<void> make_backends();
  Result<void> make_engine();
  Instruments instruments();
  Result<void> open_control();
  Result<void> make_all();
  std::filesystem::path store_file() const { return state->path() / "berth.db"; }
  Error with_cause(Error error) const;
  void take_up_work();
  void prune_now_and_then();
  void stop_on_signals();
  void begin_to_stop();
  void stop_backends(std::function<void()> then);
  void shut_down();

  SiteCheck check;
  const Site& site;
  AccessRules rules;
  EventHub hub;
  SystemClock clock;
  const Stamp began = clock.now();
  SystemChance chance;
  std::unique_ptr<StateFolder> state;
  std::unique_ptr<Tokens> tokens;
  std::unique_ptr<IoThreads> io;
  AsioLoop loop;
  WorkerThreads workers{kWorkerThreads};
  std::unique_ptr<Catalog> catalog;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<ReaderPool> readers;
  std::map<std::string, std::unique_ptr<JobType>> jobtypes;
  std::map<std::string, std::unique_ptr<Backend>> backends;
  std::map<std::string, std::shared_ptr<const BackendTimes>> backend_times;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Control> control;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<boost::asio::signal_set> signals;
  bool is_stopping = false;
};

Result<void> Daemon::Parts::take_state_folder() {
  auto taken = StateFolder::take(site.server.state_dir);
  if (!taken) return taken.error();
  state = std::move(*taken);
  if (give_up_ballast_of_full_disk(store_file()))
    log_error("disk_full", {{"folder", state->path().string()},
                            {"effect", "the ballast is given up; no new jobs until there is room"}});
  return {};
}

// On a full disk anything may fail in words of its own.
Error Daemon::Parts::with_cause(Error error) const {
  if (!state || !is_disk_full(state->path())) return error;
  error.message += "\nThe disk of " + state->path().string() +
                   " is full, which may be why: free some room there and start again.";
  return error;
}

Result<void> Daemon::Parts::open_key() {
  auto opened = Tokens::open(state->path() / "instance.key", chance);
  if (!opened) return opened.error();
  tokens = std::make_unique<Tokens>(std::move(*opened));
  return {};
}

Result<void> Daemon::Parts::load_plugins() {
  auto loaded = Catalog::load(catalog_settings(site, state->path() / "plugins"));
  if (!loaded) return loaded.error();
  catalog = std::move(*loaded);
  check_plugins(check, catalog->known());
  if (!check.problems.empty()) return Error{"BadSite", problems_text(check)};
  for (const PluginStatus& plugin : catalog->status())
    if (!plugin.loaded)
      log_warning("plugin_refused", {{"file", plugin.file}, {"why", plugin.state}});
  return {};
}

// What a daemon that died was about to send.
void remove_unsent_backups(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::vector<std::filesystem::path> unsent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with("backup-")) unsent.push_back(entry.path());
  for (const auto& file : unsent) std::filesystem::remove(file, ignored);
}

Result<void> Daemon::Parts::open_store() {
  remove_unsent_backups(state->path());
  StoreSettings settings;
  settings.file = store_file();
  settings.ballast_bytes = site.limits.ballast_bytes;
  settings.log_bytes_max = site.limits.store_log_bytes_max;
  settings.retention = retention_of(site.retention);
  auto opened = SqliteStore::open(settings, loop, clock, chance);
  if (!opened) return opened.error();
  store = std::move(*opened);
  readers = std::make_unique<ReaderPool>([this] { return store->new_reader(); });
  return {};
}

// Every job type that is installed; one that cannot be made is only missed by its own jobs.
Result<void> Daemon::Parts::make_jobtypes() {
  for (const KnownPlugin& plugin : catalog->known()) {
    if (plugin.kind != "jobtype") continue;
    auto made = catalog->make_jobtype(plugin.id, setting_of_plugin(site, plugin.id));
    if (made) {
      const std::string type = (*made)->type();
      jobtypes[type] = std::move(*made);
    } else {
      log_error("jobtype_failed", {{"plugin", plugin.id}, {"why", made.error().message}});
    }
  }
  return {};
}

Result<void> Daemon::Parts::make_backends() {
  for (const ClusterSetting& cluster : site.clusters) {
    auto folder = state->make_cluster_folder(cluster.name);
    if (!folder) return folder.error();
    BackendSite place;
    place.instance = store->identity().instance;
    place.epoch = store->identity().epoch;
    place.cluster = cluster;
    for (const PoolSetting& pool : site.pools)
      if (pool.cluster == cluster.name) place.pools.push_back(pool);
    place.state_dir = std::move(*folder);
    place.program_dir = site.server.program_dir;
    place.call_timeout_ms = site.probes.call_timeout_ms;
    place.times = std::make_shared<BackendTimes>();
    backend_times[cluster.name] = place.times;
    const PluginSetting* setting = setting_named(site, cluster.backend);
    auto made = catalog->make_backend(setting ? setting->plugin : cluster.backend, setting, place,
                                      loop, clock);
    if (!made) return made.error();
    backends[cluster.name] = std::move(*made);
  }
  return {};
}

Result<void> Daemon::Parts::make_engine() {
  auto policy = make_policy(site, *catalog);
  if (!policy) return policy.error();
  std::map<std::string, Backend*> by_cluster;
  for (const auto& [name, backend] : backends) by_cluster[name] = backend.get();
  std::map<std::string, JobType*> by_type;
  for (const auto& [name, jobtype] : jobtypes) by_type[name] = jobtype.get();
  const RequestSource request = [this](const std::string& job) {
    const auto stored = readers->borrow()->request(job);
    return stored ? stored->bytes : std::string();
  };
  const StoreIdentity& self = store->identity();
  Outside outside{loop,    workers,       clock,     chance, *store, request, catalog->interns(),
                  *tokens, self.instance, self.epoch};
  engine =
      std::make_unique<Engine>(std::move(outside), site, std::move(*policy), by_cluster, by_type);
  engine->on_commit = [this](std::int64_t sequence) { hub.publish(sequence); };
  control =
      std::make_unique<Control>(Control{site,
                                        rules,
                                        clock,
                                        *tokens,
                                        loop,
                                        *io,
                                        *engine,
                                        *readers,
                                        hub,
                                        by_cluster,
                                        by_type,
                                        [this] { return catalog->status(); },
                                        [this] { return store->trouble(); },
                                        [this](std::filesystem::path file, auto done) {
                                          store->back_up(std::move(file), std::move(done));
                                        },
                                        {BERTH_VERSION, self.instance, self.epoch, clock.now()},
                                        instruments()});
  return {};
}

Instruments Daemon::Parts::instruments() {
  Instruments all;
  all.requests = std::make_shared<RequestCounts>(all_routes().size());
  all.backends = backend_times;
  all.plugin_counters = [this] { return catalog->metrics(); };
  all.commits = [this] { return store->commit_times(); };
  all.connections = [this] { return listener->connections(); };
  all.store_file = store_file();
  return all;
}

Result<void> Daemon::Parts::open_control() {
  auto opened = Listener::open(*control, *io);
  if (!opened) return opened.error();
  listener = std::move(*opened);
  return {};
}

// What comes first is what the next needs; nothing is bound before the lock is held.
Result<void> Daemon::Parts::make_all() {
  for (const auto step :
       {&Parts::take_state_folder, &Parts::open_key, &Parts::load_plugins, &Parts::open_store,
        &Parts::make_jobtypes, &Parts::make_backends, &Parts::make_engine, &Parts::open_control}) {
    if (const auto done = (this->*step)(); !done) return with_cause(done.error());
  }
  return {};
}

void Daemon::Parts::take_up_work() {
  engine->start([this](const auto& take) { store->for_each_unfinished(take); },
                store->cluster_marks());
  prune_now_and_then();
  log_info("serving", {{"socket", site.server.socket.string()},
                       {"clusters", site.clusters.size()},
                       {"pools", site.pools.size()}});
  notify_service_manager("READY=1");
  show_that_the_loop_turns(loop);
}

void Daemon::Parts::prune_now_and_then() {
  store->prune(time_for_pruning(began, clock.now()), kPruneAtOnce, [this](std::vector<RemovedAttempt> removed) {
    std::map<std::string, std::vector<AttemptKey>> by_cluster;
    for (RemovedAttempt& each : removed)
      by_cluster[each.cluster].push_back({std::move(each.job), each.attempt});
    for (const auto& [cluster, attempts] : by_cluster) engine->forget_remains(cluster, attempts);
  });
  loop.after(kPruneEvery, [this] {
    if (!is_stopping) prune_now_and_then();
  });
}

void Daemon::Parts::stop_on_signals() {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of the log that went away is no reason to die
  signals = std::make_unique<boost::asio::signal_set>(loop.context(), SIGTERM, SIGINT, SIGHUP);
  signals->async_wait([this](const boost::system::error_code& failed, int) {
    if (failed) return;
    begin_to_stop();
    signals->async_wait([](const boost::system::error_code& again, int) {
      if (!again) std::_Exit(1);  // asked twice: at once; what is durable stays
    });
  });
}

void Daemon::Parts::begin_to_stop() {
  if (is_stopping) return;
  is_stopping = true;
  log_info("stopping");
  notify_service_manager("STOPPING=1");
  listener->stop_accepting();
  engine->stop();
  stop_backends([this] {
    // Behind everything that waits for the disk: its answers go out before the loop ends.
    store->commit({}, [this](const Committed&) { loop.stop(); });
  });
}

void Daemon::Parts::stop_backends(std::function<void()> then) {
  auto left = std::make_shared<std::size_t>(backends.size() + 1);
  const auto one_less = [left, then = std::move(then)] {
    if (*left > 0 && --*left == 0) then();
  };
  for (const auto& [name, backend] : backends)
    backend->stop([one_less](const BackendReply&) { one_less(); });
  loop.after(kBackendsStopWithin, [left, one_less] {
    if (*left > 1) *left = 1;
    one_less();
  });
  one_less();
}

// Answers that nobody gave are held by the loop, the engine, the backends and the store, and hold
// on to connections: all four go before the threads that connections belong to.
void Daemon::Parts::shut_down() {
  if (listener) {
    listener->stop_accepting();
    listener->wait_for_answers(kAnswerWithin);
  }
  workers.stop();
  io->stop();
  signals.reset();
  loop.drop_everything();
  engine.reset();
  backends.clear();
  readers.reset();
  store.reset();
  listener.reset();
  io.reset();
  if (is_stopping) log_info("stopped");
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() { parts_->shut_down(); }

Result<std::unique_ptr<Daemon>> Daemon::start(SiteCheck site) {
  std::unique_ptr<Daemon> daemon(new Daemon(std::make_unique<Parts>(std::move(site))));
  if (const auto made = daemon->parts_->make_all(); !made) return made.error();
  return daemon;
}

void Daemon::run() {
  parts_->stop_on_signals();
  parts_->loop.post([parts = parts_.get()] { parts->take_up_work(); });
  parts_->loop.run();
}

void Daemon::stop() {
  parts_->loop.post([parts = parts_.get()] { parts->begin_to_stop(); });
}

SiteCheck check_site(const std::filesystem::path& file) {
  SiteCheck check = read_site(file);
  if (check.site.server.plugin_dir.empty()) return check;  // there is no site to look further into
  std::string scratch = std::filesystem::temp_directory_path() / "berth-check-XXXXXX";
  if (::mkdtemp(scratch.data()) == nullptr) {
    check.problems.push_back({0, "plugins could not be looked at: no temporary folder"});
    return check;
  }
  {
    const auto catalog = Catalog::load(catalog_settings(check.site, scratch));
    if (catalog) {
      check_plugins(check, (*catalog)->known());
      if (check.problems.empty()) (*catalog)->try_instances(check);
    } else {
      check.problems.push_back({0, catalog.error().message});
    }
  }
  const auto add = [&check](const auto& result) {
    if (!result) check.problems.push_back({0, result.error().message});
  };
  add(StateFolder::check(check.site.server.state_dir));
  if (!check.site.server.tcp.certificate.empty()) add(Tls::open(check.site.server.tcp));
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return check;
}

}  // namespace berth
