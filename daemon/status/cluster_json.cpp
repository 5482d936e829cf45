#include "status/cluster_json.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

Json amounts_json(const Amounts& amounts) {
  return {{"cpu_milli", amounts.cpu_milli},
          {"memory_bytes", amounts.memory_bytes},
          {"gpu_milli", amounts.gpu_milli}};
}

Json shapes_json(const std::vector<ShapeView>& shapes) {
  Json list = Json::array();
  for (const ShapeView& shape : shapes) {
    list.push_back({{"sku", shape.sku},
                    {"nodes", shape.nodes},
                    {"cpu_milli", shape.cpu_milli},
                    {"memory_bytes", shape.memory_bytes},
                    {"gpu_milli", shape.gpu_milli}});
  }
  return list;
}

}  // namespace

Json cluster_json(const ClusterView& cluster) {
  return {{"name", cluster.name},           {"backend", cluster.backend},
          {"region", cluster.region},       {"zone", cluster.zone},
          {"labels", cluster.labels},       {"state", cluster.state},
          {"message", cluster.message},     {"mark_reason", cluster.mark_reason},
          {"mark_user", cluster.mark_user}, {"pools", cluster.pools},
          {"attempts", cluster.attempts},   {"warnings", cluster.warnings}};
}

namespace {

const char* origin_word(PoolOrigin origin) {
  switch (origin) {
    case PoolOrigin::kSite:
      return "site";
    case PoolOrigin::kDiscovered:
      return "discovered";
    case PoolOrigin::kVanished:
      return "vanished";
  }
  return "";
}

}  // namespace

Json pool_json(const PoolView& pool) {
  return {{"name", pool.name},
          {"cluster", pool.cluster},
          {"owner", pool.owner},
          {"origin", origin_word(pool.origin)},
          {"labels", pool.labels},
          {"price", pool.price},
          {"shapes", shapes_json(pool.shapes)},
          {"capacity", amounts_json(pool.capacity)},
          {"free", amounts_json(pool.free)},
          {"held", amounts_json(pool.held)},
          {"attempts", pool.attempts}};
}

}  // namespace berth
