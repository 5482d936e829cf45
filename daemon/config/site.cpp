#include "config/site.hpp"

#include <algorithm>

namespace berth {
namespace {

template <typename T>
const T* named(const std::vector<T>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

const OwnerSetting* Site::owner(const std::string& name) const { return named(owners, name); }

const ProjectSetting* Site::project(const std::string& name) const { return named(projects, name); }

const ClusterSetting* Site::cluster(const std::string& name) const { return named(clusters, name); }

const PoolSetting* Site::pool(const std::string& name) const { return named(pools, name); }

std::vector<std::string> Site::lineage(const std::string& name) const {
  std::vector<std::string> names;
  const OwnerSetting* each = owner(name);
  while (each != nullptr && !contains(names, each->name)) {
    names.push_back(each->name);
    each = owner(each->parent);
  }
  return names;
}

}  // namespace berth
