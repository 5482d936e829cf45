#include "control/known_names.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "status/json_text.hpp"

namespace berth {
namespace {

std::string path_below(const Json& value, std::string_view key, std::string_view text,
                       const std::string& path, bool is_key) {
  if (value.is_string() && is_key && value.get_ref<const std::string&>() == text) return path;
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto found = path_below(value[i], key, text, path + "[" + std::to_string(i) + "]", is_key);
      if (!found.empty()) return found;
    }
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      auto found =
          path_below(member, key, text, path.empty() ? name : path + "." + name, name == key);
      if (!found.empty()) return found;
    }
  }
  return "";
}

std::vector<std::string> known_skus(const std::vector<PoolView>& pools) {
  std::set<std::string> skus;
  for (const PoolView& pool : pools)
    for (const ShapeView& shape : pool.shapes)
      if (!shape.sku.empty()) skus.insert(shape.sku);
  return {skus.begin(), skus.end()};
}

std::string pools_with(const std::string& sku, const std::vector<PoolView>& pools) {
  std::vector<std::string> names;
  for (const PoolView& pool : pools) {
    const bool has = std::any_of(pool.shapes.begin(), pool.shapes.end(),
                                 [&](const ShapeView& shape) { return shape.sku == sku; });
    if (has) names.push_back(pool.cluster + "/" + pool.name);
  }
  return join(names, ", ");
}

std::string sku_hint(const std::string& sku, const std::vector<std::string>& known,
                     const std::vector<PoolView>& pools) {
  if (const auto near = nearest(sku, known))
    return "nearest: \"" + *near + "\" (" + pools_with(*near, pools) + ")";
  return known.empty() ? "no pool has a SKU" : "there are: " + join(known, ", ");
}

// Any of a group's SKUs will do: one that exists is enough.
void check_skus(Error& error, const JobClass& wanted, std::string_view request,
                const std::vector<PoolView>& pools) {
  const auto known = known_skus(pools);
  for (const Group& group : wanted.groups) {
    const auto exists = [&](const std::string& sku) {
      return std::binary_search(known.begin(), known.end(), sku);
    };
    if (std::any_of(group.skus.begin(), group.skus.end(), exists)) continue;
    for (const std::string& sku : group.skus) {
      const std::string path = path_of_text(request, "sku", sku);
      error.details.push_back({path.empty() ? "sku" : path, "no pool has \"" + sku + "\"",
                               sku_hint(sku, known, pools)});
    }
  }
}

void check_name(Error& error, const std::string& path, const std::string& what,
                const std::string& name, const std::vector<std::string>& known) {
  if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
  error.details.push_back(
      {path, "no " + what + " \"" + name + "\"", nearest(name, known).value_or("")});
}

// A cluster that discovers pools may still have to say which.
bool may_discover(const Site& site) {
  return std::any_of(site.clusters.begin(), site.clusters.end(),
                     [](const ClusterSetting& cluster) { return cluster.discover_pools; });
}

void check_places(Error& error, const JobClass& wanted, const Site& site,
                  const std::vector<PoolView>& seen) {
  std::vector<std::string> clusters, pools, regions, zones;
  for (const ClusterSetting& cluster : site.clusters) {
    clusters.push_back(cluster.name);
    regions.push_back(cluster.region);
    zones.push_back(cluster.zone);
  }
  for (const PoolSetting& pool : site.pools) pools.push_back(pool.name);
  for (const PoolView& pool : seen) pools.push_back(pool.name);
  check_name(error, "cluster", "cluster", wanted.cluster, clusters);
  if (!seen.empty() || !may_discover(site))
    check_name(error, "pool", "pool", wanted.pool, pools);
  for (const std::string& region : wanted.regions)
    check_name(error, "requires.region", "cluster in region", region, regions);
  for (const std::string& zone : wanted.zones)
    check_name(error, "requires.zone", "cluster in zone", zone, zones);
}

}  // namespace

std::string path_of_text(std::string_view request, std::string_view key, std::string_view text) {
  return path_below(parsed_or_null(request), key, text, "", false);
}

Result<void> check_known_names(const JobClass& wanted, std::string_view request, const Site& site,
                               const std::vector<PoolView>& pools) {
  Error error("NoMatchingPool", "");
  check_places(error, wanted, site, pools);
  if (!pools.empty()) check_skus(error, wanted, request, pools);
  if (error.details.empty()) return {};
  const Problem& first = error.details.front();
  error.message = first.path + ": " + first.message;
  return error;
}

}  // namespace berth
