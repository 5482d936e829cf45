// Plugin instances and profiles.
#include <algorithm>
#include <cctype>

#include "config/read_parts.hpp"
#include "config/references.hpp"

namespace berth {
namespace {

constexpr const char* kDefaultProfile = "default";

Match read_match(Section section, const Site& site) {
  Match match{section.texts("projects"), section.texts("owners"), section.texts("types")};
  section.refer("projects", "project", names_of(site.projects));
  section.refer("owners", "owner", names_of(site.owners));
  section.refuse_unknown();
  return match;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool read_texts(const Array& array, std::vector<std::string>& texts) {
  for (const Value& each : array) {
    const auto* text = each.as<std::string>();
    if (text == nullptr) return false;
    texts.push_back(*text);
  }
  return true;
}

struct OptionReader {
  OptionValue& value;

  template <typename T>
  bool operator()(const T& scalar) const {
    value = scalar;
    return true;
  }
  bool operator()(const Array& array) const {
    std::vector<std::string> texts;
    if (!read_texts(array, texts)) return false;
    value = std::move(texts);
    return true;
  }
  bool operator()(const Moment&) const { return false; }
  bool operator()(const Table&) const { return false; }
};

// Everything beside the settings of an instance is an option of its plugin.
void read_options(Section& section, PluginSetting& plugin) {
  for (const Entry* each : section.unknown()) {
    PlacedOption option{{}, each->line};
    if (std::visit(OptionReader{option.value}, each->value.content)) {
      plugin.options[each->key] = std::move(option);
    } else {
      section.wrong(each->key, "must be text, a number, true or false, or a list of text; is " +
                                   describe(each->value));
    }
  }
}

PluginSetting read_plugin(const std::string& name, Section& section, const Site& site) {
  PluginSetting plugin;
  plugin.instance = name;
  plugin.plugin = section.text("plugin");
  if (plugin.plugin.empty()) plugin.plugin = name;
  plugin.match = read_match(section.table("match"), site);
  plugin.sha256 = section.text("sha256");
  if (!plugin.sha256.empty() && !is_sha256(plugin.sha256))
    section.wrong("sha256",
                  "must be 64 hexadecimal digits in lower case, as sha256sum prints them");
  plugin.line = section.line();
  read_options(section, plugin);
  return plugin;
}

// One file of one plugin has one content.
void check_pin(Section& section, const Site& site, const PluginSetting& plugin) {
  for (const PluginSetting& other : site.plugins) {
    const bool differ = other.plugin == plugin.plugin && !other.sha256.empty() &&
                        !plugin.sha256.empty() && other.sha256 != plugin.sha256;
    if (differ)
      section.wrong("sha256", "is another than that of plugins." + other.instance +
                                  ", which is the same plugin");
  }
}

void read_scorer(Section& section, std::vector<ScorerSetting>& scorers) {
  ScorerSetting scorer{section.text("plugin"), section.number("weight")};
  section.refuse_unknown();
  for (const ScorerSetting& before : scorers) {
    if (!scorer.plugin.empty() && before.plugin == scorer.plugin)
      section.wrong("plugin", "\"" + scorer.plugin + "\" stands twice");
  }
  scorers.push_back(std::move(scorer));
}

ProfileSetting read_profile(const std::string& name, Section section, const Site& site) {
  ProfileSetting profile;
  profile.name = name;
  profile.filters = section.texts("filters");
  for (Section& each : section.tables("scorers")) read_scorer(each, profile.scorers);
  profile.on_busy = section.text("on_busy") == "spill" ? OnBusy::kSpill : OnBusy::kWait;
  profile.on_no_match = section.text("on_no_match") == "fail" ? OnNoMatch::kFail : OnNoMatch::kWait;
  profile.match = read_match(section.table("match"), site);
  section.refuse_unknown();
  return profile;
}

}  // namespace

void read_plugins(Section section, Site& site) {
  for (auto& [name, each] : section.named()) {
    PluginSetting plugin = read_plugin(name, each, site);
    check_pin(each, site, plugin);
    site.plugins.push_back(std::move(plugin));
  }
}

void read_profiles(Section section, Site& site) {
  bool has_default = false;
  for (auto& [name, each] : section.named()) {
    site.profiles.push_back(read_profile(name, each, site));
    has_default |= name == kDefaultProfile;
  }
  if (!has_default)
    site.profiles.push_back(read_profile(kDefaultProfile, section.absent(kDefaultProfile), site));
}

}  // namespace berth
