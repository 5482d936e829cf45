#include "local_cluster.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "workload.hpp"

namespace berth {
namespace {

using nlohmann::json;

json shape_of(const json& node) {
  const json amounts = {{"nodes", node.value("count", 1)},
                        {"cpu_milli", node.value("cpu_milli", std::int64_t{0})},
                        {"memory_bytes", node.value("memory_bytes", std::int64_t{0})},
                        {"gpu_milli", node.value("gpu_milli", std::int64_t{0})}};
  json shape = amounts;
  shape["sku"] = node.value("sku", "");
  shape["rooms"] = json::array({amounts});  // nobody else uses what was declared for us
  return shape;
}

// What a pool that declares nothing has.
json this_machine() {
  const auto memory_bytes = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) *
                            static_cast<std::int64_t>(sysconf(_SC_PAGESIZE));
  return {{"cpu_milli", sysconf(_SC_NPROCESSORS_ONLN) * 1000}, {"memory_bytes", memory_bytes}};
}

std::string write_pools(const json& declared) {
  json pools = json::array();
  for (const json& pool : declared) {
    json nodes = pool.value("nodes", json::array());
    if (nodes.empty()) nodes.push_back(this_machine());
    json shapes = json::array();
    for (const json& node : nodes) shapes.push_back(shape_of(node));
    pools.push_back({{"name", pool.at("name")}, {"shapes", shapes}});
  }
  return json{{"pools", pools}}.dump();
}

}  // namespace

LocalCluster parse_cluster(std::string_view text) {
  const json from = json::parse(text);
  LocalCluster cluster;
  cluster.instance = from.at("instance").get<std::string>();
  cluster.epoch = from.value("epoch", std::int64_t{0});
  cluster.name = from.at("cluster").get<std::string>();
  cluster.state_folder = from.at("state_dir").get<std::string>();
  cluster.supervise_program =
      std::filesystem::path(from.at("program_dir").get<std::string>()) / "berth-supervise";
  cluster.pools = write_pools(from.value("pools", json::array()));
  return cluster;
}

ClusterCgroups choose_cgroups(const std::string& root, const LocalCluster& cluster) {
  if (!is_plain_name(cluster.instance) || !is_plain_name(cluster.name))
    return {.why_not = "\"" + cluster.name + "\" is no name for a cgroup"};
  return make_cluster_cgroups(root, "berth-" + cluster.instance + '-' + cluster.name);
}

}  // namespace berth
