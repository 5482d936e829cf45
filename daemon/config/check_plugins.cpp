#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "config/read_parts.hpp"
#include "config/site.hpp"
#include "model/id.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

struct TypeReader {
  const std::string& type;

  bool operator()(const std::string& text) const {
    if (type == "text" || type == "path") return true;
    if (type == "quantity") return parse_milli(text).has_value();
    if (type == "bytes") return parse_bytes(text).has_value();
    return type == "duration" && parse_duration_ms(text).has_value();
  }
  bool operator()(std::int64_t integer) const {
    if (type == "quantity" || type == "bytes") return integer >= 0;
    return type == "integer" || type == "number";
  }
  bool operator()(double number) const {
    return type == "number" || (type == "quantity" && number >= 0);
  }
  bool operator()(bool) const { return type == "boolean"; }
  bool operator()(const std::vector<std::string>&) const { return type == "list"; }
};

// What to write for an option of that type.
std::string form_of(const std::string& type) {
  if (type == "text") return "text";
  if (type == "path") return "a path";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "boolean") return "true or false";
  if (type == "quantity") return "a quantity such as 4 or \"500m\"";
  if (type == "bytes") return "a quantity such as \"16Gi\"";
  if (type == "duration") return "a duration such as \"30m\"";
  if (type == "list") return "a list of text";
  return type;
}

// Which installed plugins there are, and what the site makes of them.
class PluginCheck {
 public:
  PluginCheck(SiteCheck& check, const std::vector<KnownPlugin>& known)
      : check_(check), known_(known) {}

  void run() {
    for (PluginSetting& each : check_.site.plugins) check_instance(each);
    for (const ClusterSetting& each : check_.site.clusters)
      check_use("clusters." + each.name + ".backend", each.backend, "backend");
    for (const ProfileSetting& each : check_.site.profiles) check_profile(each);
  }

 private:
  void wrong(int line, std::string message) {
    check_.problems.push_back({line, std::move(message)});
  }

  int line_of(const std::string& path) const {
    const auto found = check_.lines.find(path);
    return found == check_.lines.end() ? 0 : found->second;
  }

  const KnownPlugin* plugin(const std::string& id) const {
    const auto found = std::find_if(known_.begin(), known_.end(),
                                    [&](const KnownPlugin& each) { return each.id == id; });
    return found == known_.end() ? nullptr : &*found;
  }

  const PluginSetting* instance(const std::string& name) const {
    const auto& all = check_.site.plugins;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const PluginSetting& each) { return each.instance == name; });
    return found == all.end() ? nullptr : &*found;
  }

  std::string nearest_of(const std::string& name, const std::vector<std::string>& names) const {
    if (known_.empty()) return "; no plugins are installed";
    const auto near = nearest(name, names);
    return near ? "; nearest: " + in_quotes(*near)
                : "; `berth plugin list` shows what is installed";
  }

  void check_instance(PluginSetting& setting) {
    const std::string path = "plugins." + setting.instance;
    const KnownPlugin* found = plugin(setting.plugin);
    if (found == nullptr) return refuse_plugin(path, setting);
    for (auto& [name, option] : setting.options)
      check_option(path + "." + name, *found, name, option);
    for (const KnownOption& each : found->options) {
      if (each.required && !setting.options.contains(each.name))
        wrong(setting.line,
              path + "." + each.name + ": is required, must be " + form_of(each.type));
    }
  }

  void refuse_plugin(const std::string& path, const PluginSetting& setting) {
    std::vector<std::string> ids;
    for (const KnownPlugin& each : known_) ids.push_back(each.id);
    const int line = line_of(path + ".plugin");
    wrong(line > 0 ? line : setting.line, (line > 0 ? path + ".plugin" : path) + ": no plugin " +
                                              in_quotes(setting.plugin) +
                                              nearest_of(setting.plugin, ids));
  }

  void check_option(const std::string& path, const KnownPlugin& found, const std::string& name,
                    PlacedOption& option) {
    for (const KnownOption& each : found.options) {
      if (each.name != name) continue;
      if (!std::visit(TypeReader{each.type}, option.value))
        wrong(option.line, path + ": must be " + form_of(each.type));
      else if (each.type == "path")
        make_whole(std::get<std::string>(option.value));
      return;
    }
    wrong(option.line, path + ": no such option; " + found.id + options_text(found));
  }

  // "" says that there is none.
  void make_whole(std::string& path) const {
    if (!path.empty()) path = path_from(folder_of(check_.site.file), path).string();
  }

  static std::string options_text(const KnownPlugin& found) {
    std::vector<std::string> names;
    for (const KnownOption& each : found.options) names.push_back(each.name);
    return names.empty() ? " has none" : " has: " + join(names, ", ");
  }

  // `name` stands where a plugin of `kind` is wanted: an instance, or a plugin's id.
  void check_use(const std::string& path, const std::string& name, const std::string& kind) {
    if (!is_name(name)) return;  // said when the file was read
    const PluginSetting* setting = instance(name);
    const KnownPlugin* found = plugin(setting ? setting->plugin : name);
    if (found == nullptr && setting != nullptr) return;  // said of the instance
    if (found == nullptr) {
      wrong(line_of(path),
            path + ": no " + kind + " " + in_quotes(name) + nearest_of(name, usable(kind)));
    } else if (found->kind != kind) {
      wrong(line_of(path),
            path + ": must be a " + kind + ", but " + in_quotes(name) + " is a " + found->kind);
    } else if (setting == nullptr) {
      check_bare(path, *found);
    }
  }

  void check_bare(const std::string& path, const KnownPlugin& found) {
    for (const KnownOption& each : found.options) {
      if (!each.required) continue;
      wrong(line_of(path), path + ": " + found.id + " needs the option " + in_quotes(each.name) +
                               "; give it in [plugins.NAME] and write that NAME here");
      return;
    }
  }

  std::vector<std::string> usable(const std::string& kind) const {
    std::vector<std::string> names;
    for (const PluginSetting& each : check_.site.plugins) {
      const KnownPlugin* found = plugin(each.plugin);
      if (found != nullptr && found->kind == kind) names.push_back(each.instance);
    }
    for (const KnownPlugin& each : known_) {
      if (each.kind == kind) names.push_back(each.id);
    }
    return names;
  }

  void check_profile(const ProfileSetting& profile) {
    const std::string path = "profiles." + profile.name;
    for (std::size_t i = 0; i < profile.filters.size(); ++i)
      check_use(path + ".filters[" + std::to_string(i) + "]", profile.filters[i], "filter");
    for (std::size_t i = 0; i < profile.scorers.size(); ++i)
      check_use(path + ".scorers[" + std::to_string(i) + "].plugin", profile.scorers[i].plugin,
                "scorer");
  }

  SiteCheck& check_;
  const std::vector<KnownPlugin>& known_;
};

}  // namespace

void check_plugins(SiteCheck& check, const std::vector<KnownPlugin>& known) {
  PluginCheck(check, known).run();
  std::stable_sort(check.problems.begin(), check.problems.end(),
                   [](const SiteProblem& a, const SiteProblem& b) { return a.line < b.line; });
}

}  // namespace berth
