// What this account may list on a cluster: everywhere, or only in the namespaces of its pools.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api_tools.hpp"

namespace berth {

struct Reach {
  // Of "pods", "RayCluster", ...: the namespaces to list, "" for all together; none where nothing
  // may be listed.
  std::map<std::string, std::vector<std::string>> namespaces;
  std::vector<ResourceKind> kinds;    // of custom resources, that are installed
  std::vector<std::string> warnings;  // for those who run the site

  const std::vector<std::string>& of(const std::string& resource) const;
};

inline constexpr const char* kCoreResources[] = {"nodes",      "pods",   "resourcequotas",
                                                 "namespaces", "events", "secrets"};

using ReachResult = std::variant<Reach, Failure>;

// "ray.io/v1/RayCluster": of the option `kinds`. Throws BadSetting.
std::pair<std::string, std::string> parse_kind(const std::string& text);

// `pool_namespaces`: of the site's pools. [io]
void explore_reach(ApiTools& tools, std::vector<std::pair<std::string, std::string>> kinds,
                   std::vector<std::string> pool_namespaces, std::function<void(ReachResult)> done);

}  // namespace berth
