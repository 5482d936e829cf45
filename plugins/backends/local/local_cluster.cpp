#include "local_cluster.hpp"

#include <nlohmann/json.hpp>

#include "cgroup.hpp"
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

std::string write_pools(const json& declared) {
  json pools = json::array();
  for (const json& pool : declared) {
    json shapes = json::array();
    for (const json& node : pool.value("nodes", json::array())) shapes.push_back(shape_of(node));
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

std::filesystem::path choose_cgroup(const std::string& root, const LocalCluster& cluster) {
  if (root == "off" || !is_plain_name(cluster.instance) || !is_plain_name(cluster.name)) return {};
  const std::filesystem::path parent =
      root == "auto" ? find_writable_cgroup().value_or("") : std::filesystem::path(root);
  if (parent.empty()) return {};
  const Cgroup own(parent / ("berth-" + cluster.instance + '-' + cluster.name));
  return own.make() ? own.path() : std::filesystem::path();
}

}  // namespace berth
