#include "plugins/catalog.hpp"

#include <mutex>
#include <utility>

#include "base/log.hpp"
#include "base/nearest.hpp"
#include "plugins/backend_instance.hpp"
#include "plugins/filter_instance.hpp"
#include "plugins/jobtype_instance.hpp"
#include "plugins/loading.hpp"
#include "plugins/option_values.hpp"
#include "plugins/private_copy.hpp"
#include "plugins/scorer_instance.hpp"

namespace berth {
namespace {

constexpr const char* kQuarantined =
    "quarantined: berthd died while it ran; `touch` or replace its file to let it load again";

struct InstalledPlugin {
  std::shared_ptr<const Descriptor> descriptor;
  std::string file;
  std::string sha256;
  Confinement confinement = Confinement::kNone;
  std::vector<std::weak_ptr<InstanceRecord>> instances;
};

Error failed(const std::string& why) { return {"PluginFailed", why}; }

PluginStatus refused_row(const LoadedLibrary& library) {
  PluginStatus row;
  if (!library.plugins.empty()) {
    const Descriptor& first = library.plugins.front();
    row.id = first.id;
    row.kind = kind_name(first.kind);
    row.version = first.version;
    row.summary = first.summary;
  }
  const bool is_confined = library.confinement != Confinement::kNone;
  row.state = (is_confined ? "quarantined: " : "refused: ") + library.refusal;
  row.file = library.file;
  row.sha256 = library.sha256;
  return row;
}

void count_calls(const InstalledPlugin& plugin, PluginStatus& row) {
  std::vector<std::int64_t> durations_ns;
  for (const auto& one : plugin.instances) {
    const auto instance = one.lock();
    if (instance == nullptr) continue;
    row.instances.push_back(instance->name());
    row.calls += instance->calls().calls();
    row.faults += instance->calls().faults();
    instance->calls().add_recent_to(durations_ns);
    row.durations += instance->calls().durations();
  }
  row.median_ns = median(std::move(durations_ns));
}

PluginStatus installed_row(const InstalledPlugin& plugin) {
  PluginStatus row;
  row.id = plugin.descriptor->id;
  row.kind = kind_name(plugin.descriptor->kind);
  row.version = plugin.descriptor->version;
  row.summary = plugin.descriptor->summary;
  row.loaded = plugin.confinement == Confinement::kNone;
  row.state = row.loaded ? "loaded" : kQuarantined;
  row.file = plugin.file;
  row.sha256 = plugin.sha256;
  for (const OptionRow& option : plugin.descriptor->options)
    row.options.push_back(
        {option.name, value_type_name(option.type), option.help, option.fallback});
  count_calls(plugin, row);
  return row;
}

KnownPlugin known_of(const Descriptor& descriptor) {
  KnownPlugin known{descriptor.id, kind_name(descriptor.kind), {}};
  for (const OptionRow& option : descriptor.options) {
    known.options.push_back({option.name, value_type_name(option.type), !option.fallback});
  }
  return known;
}

}  // namespace

struct Catalog::Parts {
  Surroundings surroundings;
  std::vector<PluginStatus> refused;
  mutable std::mutex mutex;                        // for the lists of instances
  std::map<std::string, InstalledPlugin> plugins;  // by id

  void take(LoadedLibrary library);
  Result<InstalledPlugin*> find(const std::string& id, berth_kind kind);
  Result<std::unique_ptr<Instance>> make(const std::string& id, berth_kind kind,
                                         const PluginSetting* setting);
  std::vector<std::string> try_instance(const PluginSetting& setting);
};

void Catalog::Parts::take(LoadedLibrary library) {
  if (!library.refusal.empty()) {
    log_warning("plugin_refused", {{"file", library.file}, {"why", library.refusal}});
    refused.push_back(refused_row(library));
    return;
  }
  for (Descriptor& descriptor : library.plugins) {
    log_info("plugin_loaded", {{"plugin", descriptor.id},
                               {"kind", kind_name(descriptor.kind)},
                               {"version", descriptor.version},
                               {"file", library.file}});
    const std::string id = descriptor.id;
    plugins[id] = {std::make_shared<const Descriptor>(std::move(descriptor)),
                   library.file,
                   library.sha256,
                   library.confinement,
                   {}};
  }
}

Result<InstalledPlugin*> Catalog::Parts::find(const std::string& id, berth_kind kind) {
  const auto found = plugins.find(id);
  if (found != plugins.end()) {
    const berth_kind other = found->second.descriptor->kind;
    if (other == kind) return &found->second;
    return failed("the plugin \"" + id + "\" is a " + kind_name(other) + ", not a " +
                  kind_name(kind));
  }
  for (const PluginStatus& row : refused) {
    if (row.id == id)
      return failed("the plugin \"" + id + "\" in " + row.file + " is " + row.state);
  }
  std::vector<std::string> ids;
  for (const auto& [known, plugin] : plugins) {
    if (plugin.descriptor->kind == kind) ids.push_back(known);
  }
  const auto near = nearest(id, ids);
  return failed("no " + kind_name(kind) + " plugin \"" + id + "\" is installed" +
                (near ? "; nearest: \"" + *near + "\"" : ""));
}

Result<std::unique_ptr<Instance>> Catalog::Parts::make(const std::string& id, berth_kind kind,
                                                       const PluginSetting* setting) {
  const auto plugin = find(id, kind);
  if (!plugin) return plugin.error();
  InstalledPlugin& installed = **plugin;
  if (setting != nullptr && !setting->sha256.empty() && setting->sha256 != installed.sha256)
    return failed("plugins." + setting->instance + ".sha256 pins another file than " +
                  installed.file + ", which has " + installed.sha256);
  const auto values = convert_options(installed.descriptor->options, setting);
  if (!values) return Error{"PluginFailed", values.error().message, values.error().details};
  const auto record = std::make_shared<InstanceRecord>(setting == nullptr ? id : setting->instance,
                                                       installed.descriptor);
  auto made =
      Instance::make(record, installed.sha256, installed.confinement, *values, surroundings);
  if (!made) return made;
  const std::lock_guard lock(mutex);
  std::erase_if(installed.instances, [](const auto& one) { return one.expired(); });
  installed.instances.push_back(record);
  return made;
}

std::vector<std::string> Catalog::Parts::try_instance(const PluginSetting& setting) {
  const auto plugin = plugins.find(setting.plugin);
  if (plugin == plugins.end()) return {};  // said by check_plugins
  const auto made = make(setting.plugin, plugin->second.descriptor->kind, &setting);
  if (!made) return {made.error().message};
  return (*made)->find_problems();
}

Catalog::Catalog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Catalog::~Catalog() = default;

Result<std::unique_ptr<Catalog>> Catalog::load(const CatalogSettings& settings) {
  const auto folder = TrustedFolder::open(settings.plugin_dir);
  if (!folder) return folder.error();
  const auto names = folder->libraries();
  if (!names) return names.error();
  if (const auto ready = prepare_private_folder(settings.private_dir); !ready) return ready.error();
  const auto breadcrumb = std::make_shared<Breadcrumb>(settings.private_dir / "breadcrumb");
  Quarantine quarantine(settings.private_dir / "quarantine");
  quarantine.take_in(breadcrumb->last_words());

  auto parts = std::make_unique<Parts>();
  parts->surroundings = {std::make_shared<HostServices>(), breadcrumb, settings.time,
                         settings.budgets};
  Loading loading(*folder, settings.private_dir, settings.pins, *breadcrumb, quarantine);
  for (const std::string& name : *names) parts->take(loading.climb(name));
  quarantine.save();
  return std::unique_ptr<Catalog>(new Catalog(std::move(parts)));
}

std::vector<KnownPlugin> Catalog::known() const {
  std::vector<KnownPlugin> all;
  for (const auto& [id, plugin] : parts_->plugins) all.push_back(known_of(*plugin.descriptor));
  return all;
}

std::vector<PluginStatus> Catalog::status() const {
  const std::lock_guard lock(parts_->mutex);
  std::vector<PluginStatus> rows;
  for (const auto& [id, plugin] : parts_->plugins) rows.push_back(installed_row(plugin));
  rows.insert(rows.end(), parts_->refused.begin(), parts_->refused.end());
  return rows;
}

void Catalog::try_instances(SiteCheck& check) {
  for (const PluginSetting& setting : check.site.plugins) {
    const std::string path = "plugins." + setting.instance;
    for (const std::string& problem : parts_->try_instance(setting)) {
      const bool names_option = problem.starts_with(path + '.');
      check.problems.push_back({setting.line, names_option ? problem : path + ": " + problem});
    }
  }
}

std::vector<PluginMetric> Catalog::metrics() const {
  return parts_->surroundings.services->metrics();
}

Interns& Catalog::interns() { return parts_->surroundings.services->interns(); }

Result<std::unique_ptr<Filter>> Catalog::make_filter(const std::string& id,
                                                     const PluginSetting* setting) {
  auto instance = parts_->make(id, BERTH_KIND_FILTER, setting);
  if (!instance) return instance.error();
  return std::make_unique<FilterInstance>(std::move(*instance));
}

Result<std::unique_ptr<Scorer>> Catalog::make_scorer(const std::string& id,
                                                     const PluginSetting* setting) {
  auto instance = parts_->make(id, BERTH_KIND_SCORER, setting);
  if (!instance) return instance.error();
  return std::make_unique<ScorerInstance>(std::move(*instance));
}

Result<std::unique_ptr<JobType>> Catalog::make_jobtype(const std::string& id,
                                                       const PluginSetting* setting) {
  auto instance = parts_->make(id, BERTH_KIND_JOBTYPE, setting);
  if (!instance) return instance.error();
  return std::make_unique<JobTypeInstance>(std::move(*instance));
}

Result<std::unique_ptr<Backend>> Catalog::make_backend(const std::string& id,
                                                       const PluginSetting* setting,
                                                       const BackendSite& site, Loop& loop,
                                                       const Clock& clock) {
  auto instance = parts_->make(id, BERTH_KIND_BACKEND, setting);
  if (!instance) return instance.error();
  return std::make_unique<BackendInstance>(std::move(*instance), site, loop, clock);
}

}  // namespace berth
