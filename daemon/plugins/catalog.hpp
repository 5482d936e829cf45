// The plugins that are installed: what was found, what was refused and why, and instances of them.
#pragma once

#include <berth/abi.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/histogram.hpp"
#include "base/loop.hpp"
#include "config/site.hpp"
#include "plugins/backend.hpp"
#include "plugins/budget.hpp"
#include "plugins/filter.hpp"
#include "plugins/host_services.hpp"
#include "plugins/intern.hpp"
#include "plugins/jobtype.hpp"
#include "plugins/reason_text.hpp"
#include "plugins/steady_time.hpp"

namespace berth {

// What a site file may say to a plugin.
struct PluginOption {
  std::string name;
  std::string type;  // "quantity"
  std::string help;
  std::optional<std::string> fallback;  // none: the site must set it
};

// A row of `berth plugin list`.
struct PluginStatus {
  std::string id;  // empty when the library could not say
  std::string kind;
  std::string version;
  std::string summary;
  bool loaded = false;
  std::string state;  // "loaded", or "refused: built for ABI 2; this berthd speaks 1.0: ..."
  std::string file;   // name in the plugin folder
  std::string sha256;
  std::vector<PluginOption> options;
  std::vector<std::string> instances;
  std::int64_t calls = 0;
  std::int64_t faults = 0;
  std::int64_t median_ns = 0;
  Histogram::Value durations;
};

struct CatalogSettings {
  std::filesystem::path plugin_dir;
  std::filesystem::path private_dir;  // copies that are loaded lie here, named by their content
  std::map<std::string, std::string> pins;  // plugin id to sha256
  Budgets budgets;
  const SteadyTime* time = &system_steady_time();  // outlives the catalog and its instances
};

// How long the calls to one cluster took, by function.
class BackendTimes;

// What one backend instance is told of its cluster when it starts.
struct BackendSite {
  std::string instance;
  std::int64_t epoch = 1;
  ClusterSetting cluster;
  std::vector<PoolSetting> pools;
  std::filesystem::path state_dir;  // private to this cluster
  std::filesystem::path program_dir;
  std::int64_t call_timeout_ms = 30'000;
  std::shared_ptr<BackendTimes> times;  // null: nobody wants to know
};

// Libraries are never unloaded. Making instances is for the start and for the loop; `status` and
// the instances' own calls say who may call them.
class Catalog {
 public:
  // Looks at every *.so of the folder, in the order of names. A bad library is refused, said so in
  // `status`, and the rest goes on. A plugin that ran when the last process crashed is in
  // quarantine: its instances can be made, but refuse every call. Errors: only when a folder itself
  // cannot be trusted ("PluginFolder": missing, writable by others).
  static Result<std::unique_ptr<Catalog>> load(const CatalogSettings& settings);
  ~Catalog();

  std::vector<KnownPlugin> known() const;
  std::vector<PluginStatus> status() const;   // [any]
  std::vector<PluginMetric> metrics() const;  // counters of the plugins' own [any]
  Interns& interns();

  // Makes each instance that the site names, asks it what is wrong with what its options name (files,
  // credentials), and adds that to the problems. For those who check a site file; it is not how a
  // daemon starts, for which a cluster without credentials is a cluster that is offline.
  void try_instances(SiteCheck& check);

  // `setting` null: the plugin's defaults under its own id. Errors: "PluginFailed" with why.
  Result<std::unique_ptr<Filter>> make_filter(const std::string& id, const PluginSetting* setting);
  Result<std::unique_ptr<Scorer>> make_scorer(const std::string& id, const PluginSetting* setting);
  Result<std::unique_ptr<JobType>> make_jobtype(const std::string& id,
                                                const PluginSetting* setting);
  Result<std::unique_ptr<Backend>> make_backend(const std::string& id, const PluginSetting* setting,
                                                const BackendSite& site, Loop& loop,
                                                const Clock& clock);

 private:
  struct Parts;
  explicit Catalog(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace berth
