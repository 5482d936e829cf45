#include "main/make_policy.hpp"

#include <algorithm>
#include <map>

namespace berth {
namespace {

class PolicyMaker {
 public:
  PolicyMaker(const Site& site, Catalog& catalog) : site_(site), catalog_(catalog) {}

  Result<Profile> make(const ProfileSetting& setting) {
    Profile profile;
    profile.name = setting.name;
    profile.on_busy = setting.on_busy;
    profile.on_no_match = setting.on_no_match;
    profile.match = setting.match;
    for (const std::string& name : setting.filters)
      if (const auto added = add_filter(profile, name); !added) return added.error();
    for (const ScorerSetting& scorer : setting.scorers)
      if (const auto added = add_scorer(profile, scorer); !added) return added.error();
    return profile;
  }

 private:
  Result<void> add_filter(Profile& profile, const std::string& name) {
    const PluginSetting* setting = setting_named(site_, name);
    auto& filter = filters_[name];
    if (!filter) {
      auto made = catalog_.make_filter(setting ? setting->plugin : name, setting);
      if (!made) return made.error();
      filter = std::move(*made);
    }
    profile.filters.push_back({filter, setting ? setting->match : Match{}});
    return {};
  }

  Result<void> add_scorer(Profile& profile, const ScorerSetting& wanted) {
    const PluginSetting* setting = setting_named(site_, wanted.plugin);
    auto& scorer = scorers_[wanted.plugin];
    if (!scorer) {
      auto made = catalog_.make_scorer(setting ? setting->plugin : wanted.plugin, setting);
      if (!made) return made.error();
      scorer = std::move(*made);
    }
    profile.scorers.push_back({scorer, wanted.weight, setting ? setting->match : Match{}});
    return {};
  }

  const Site& site_;
  Catalog& catalog_;
  std::map<std::string, std::shared_ptr<Filter>> filters_;
  std::map<std::string, std::shared_ptr<Scorer>> scorers_;
};

}  // namespace

const PluginSetting* setting_named(const Site& site, const std::string& name) {
  const auto found = std::find_if(site.plugins.begin(), site.plugins.end(),
                                  [&](const PluginSetting& each) { return each.instance == name; });
  return found == site.plugins.end() ? nullptr : &*found;
}

Result<Policy> make_policy(const Site& site, Catalog& catalog) {
  PolicyMaker maker(site, catalog);
  Policy policy;
  policy.fallback = site.defaults.profile;
  for (const ProfileSetting& setting : site.profiles) {
    auto profile = maker.make(setting);
    if (!profile) return profile.error();
    policy.profiles.push_back(std::move(*profile));
  }
  return policy;
}

}  // namespace berth
