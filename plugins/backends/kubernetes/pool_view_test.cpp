#include "pool_view.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kGi = std::int64_t{1} << 30;

SiteDefaults a_site() {
  SiteDefaults site;
  site.skus = parse_skus({"H100=NVIDIA-H100-80GB-HBM3"});
  return site;
}

json a_node(const std::string& cpu = "64", const std::string& memory = "512Gi",
            const std::string& gpus = "8") {
  json node = json::parse(R"({"metadata": {"labels": {}}, "spec": {},
      "status": {"conditions": [{"type": "Ready", "status": "True"}]}})");
  node["metadata"]["labels"]["nvidia.com/gpu.product"] = "NVIDIA-H100-80GB-HBM3";
  node["status"]["allocatable"] = {{"cpu", cpu}, {"memory", memory}, {"nvidia.com/gpu", gpus}};
  return node;
}

// What a test says of a cluster, step by step.
struct Scene {
  SiteDefaults site = a_site();
  ClusterFacts facts;
  std::vector<PlacedPool> pools = {{.name = "gpu-a", .in_namespace = "ml"}};

  Scene& node(const std::string& name, const json& node = a_node()) {
    facts.nodes[name] = node_facts(node, site);
    return *this;
  }
  Scene& pod(const std::string& node, const Amounts& requests, const std::string& pool = "",
             const std::string& in_namespace = "ml") {
    facts.pods[std::to_string(facts.pods.size())] = {in_namespace, node, pool, requests};
    return *this;
  }
  Scene& quota(const json& hard, const json& used) {
    const json object = {{"metadata", {{"namespace", "ml"}}},
                         {"status", {{"hard", hard}, {"used", used}}}};
    facts.quotas[std::to_string(facts.quotas.size())] = *quota_facts(object, site);
    return *this;
  }
  json pool() const { return pools_json(pools, facts, site)["pools"][0]; }
  json shapes() const { return pool()["shapes"]; }
  Amounts free() const {
    Amounts total;
    for (const json& shape : shapes())
      for (const json& room : shape["rooms"])
        for (int i = 0; i < room["nodes"]; ++i)
          total += {room["cpu_milli"], room["memory_bytes"], room["gpu_milli"]};
    return total;
  }
};

json a_room(std::int64_t nodes, std::int64_t cpu, std::int64_t memory, std::int64_t gpu) {
  return {{"nodes", nodes}, {"cpu_milli", cpu}, {"memory_bytes", memory}, {"gpu_milli", gpu}};
}

TEST(PoolView, GathersNodesThatAreAlikeAndSubtractsWhatOthersRun) {
  Scene scene;
  scene.node("a").node("b").pod("b", {4000, 16 * kGi, 1000});
  const json shapes = scene.shapes();
  ASSERT_EQ(shapes.size(), 1u);
  EXPECT_EQ(shapes[0]["sku"], "H100");
  EXPECT_EQ(shapes[0]["nodes"], 2);
  EXPECT_EQ(shapes[0]["gpu_milli"], 8000);
  EXPECT_FALSE(scene.pool().contains("at_most"));
  EXPECT_EQ(shapes[0]["rooms"],
            json::array({a_room(1, 64000, 512 * kGi, 8000), a_room(1, 60000, 496 * kGi, 7000)}));
}

TEST(PoolView, DoesNotSubtractWhatIsInThePoolsOwnLedger) {
  Scene scene;
  scene.node("a").pod("a", {8000, kGi, 8000}, "gpu-a");
  EXPECT_EQ(scene.free().gpu_milli, 8000);
  scene.pod("a", {8000, kGi, 2000}, "gpu-b");  // ours, but in the ledger of another pool
  EXPECT_EQ(scene.free().gpu_milli, 6000);
}

TEST(PoolView, LeavesOutNodesThatNothingCanRunOn) {
  const std::pair<const char*, std::function<void(json&)>> kRows[] = {
      {"cordoned", [](json& node) { node["spec"]["unschedulable"] = true; }},
      {"not ready", [](json& node) { node["status"]["conditions"][0]["status"] = "Unknown"; }},
      {"says nothing", [](json& node) { node["status"].erase("conditions"); }},
      {"tainted", [](json& node) {
         node["spec"]["taints"] = json::parse(R"([{"key": "maintenance", "effect": "NoExecute"}])");
       }}};
  for (const auto& [name, change] : kRows) {
    json node = a_node();
    change(node);
    EXPECT_TRUE(Scene().node("a", node).shapes().empty()) << name;
  }
}

TEST(PoolView, CountsTaintedNodesThatJobsTolerate) {
  json node = a_node();
  node["spec"]["taints"] = json::parse(R"([{"key": "gpu", "value": "yes", "effect": "NoSchedule"},
                      {"key": "busy", "effect": "PreferNoSchedule"}])");
  Scene scene;
  scene.site.tolerations = parse_tolerations({"gpu=yes:NoSchedule"});
  EXPECT_EQ(scene.node("a", node).shapes().size(), 1u);
}

TEST(PoolView, SelectsNodesByLabel) {
  Scene scene;
  scene.pools[0].nodes = {{"berth.dev/pool", "gpu-a"}};
  json mine = a_node();
  mine["metadata"]["labels"]["berth.dev/pool"] = "gpu-a";
  EXPECT_EQ(scene.node("a", mine).node("b").shapes()[0]["nodes"], 1);
}

TEST(PoolView, BoundsTheTotalByTheQuotaAndLeavesNodesAsTheyAre) {
  Scene scene;
  scene.node("a").node("b").quota({{"requests.nvidia.com/gpu", "12"}, {"requests.cpu", "100"}},
                                  {{"requests.nvidia.com/gpu", "3"}, {"requests.cpu", "10"}});
  EXPECT_EQ(scene.free().gpu_milli, 9000);  // 12 less the 3 of others
  EXPECT_EQ(scene.free().cpu_milli, 90000);
  EXPECT_EQ(scene.free().memory_bytes, 1024 * kGi);  // not bounded
  EXPECT_EQ(scene.pool()["at_most"], (json{{"gpu_milli", 12000}, {"cpu_milli", 100000}}));
  EXPECT_EQ(scene.shapes()[0]["rooms"][0], a_room(2, 64000, 512 * kGi, 8000));
}

TEST(PoolView, CountsItsOwnUseOfAQuotaAsFree) {
  Scene scene;
  scene.node("a")
      .pod("a", {0, 0, 3000}, "gpu-a")
      .quota({{"requests.nvidia.com/gpu", "4"}}, {{"requests.nvidia.com/gpu", "3"}});
  EXPECT_EQ(scene.free().gpu_milli, 4000);
}

TEST(PoolView, OffersNoNodeLargerThanTheQuota) {
  Scene scene;
  scene.node("a").quota({{"requests.nvidia.com/gpu", "4"}}, {{"requests.nvidia.com/gpu", "0"}});
  EXPECT_EQ(scene.shapes()[0]["gpu_milli"], 4000);
}

TEST(PoolView, TakesTheNarrowestOfSeveralQuotas) {
  Scene scene;
  scene.node("a").quota({{"cpu", "10"}}, {{"cpu", "1"}}).quota({{"requests.cpu", "5"}}, {});
  EXPECT_EQ(scene.free().cpu_milli, 5000);
}

TEST(PoolView, IgnoresQuotasOfSomePods) {
  const json quota =
      json::parse(R"({"metadata": {"namespace": "ml"}, "spec": {"scopes": ["BestEffort"]},
                                     "status": {"hard": {"cpu": "1"}}})");
  EXPECT_FALSE(quota_facts(quota, a_site()));
}

TEST(PoolView, GoesByQuotaAndSiteFileWhereNodesCannotBeSeen) {
  Scene scene;
  scene.facts.can_see_nodes = false;
  EXPECT_TRUE(scene.shapes().empty());
  scene.quota({{"cpu", "10"}, {"memory", "1Gi"}}, {{"cpu", "4"}});
  EXPECT_EQ(scene.shapes()[0]["cpu_milli"], 10000);
  EXPECT_EQ(scene.free().cpu_milli, 6000);
  scene.pools[0].declared_nodes =
      json::parse(R"([{"sku": "H100", "count": 2, "cpu_milli": 8000, "memory_bytes": 1024}])");
  EXPECT_EQ(scene.shapes()[0]["sku"], "H100");
  EXPECT_EQ(scene.free().cpu_milli, 6000);
}

TEST(PodFacts, AreThoseOfPodsThatHaveNotEnded) {
  const json pod = json::parse(R"({"metadata": {"namespace": "x"}, "status": {"phase": "Running"},
      "spec": {"nodeName": "n", "containers": [
          {"resources": {"requests": {"cpu": "500m"}, "limits": {"cpu": 2, "nvidia.com/gpu": 1}}}]}})");
  const auto facts = pod_facts(pod, a_site(), "");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->requests, (Amounts{500, 0, 1000}));
  json ended = pod;
  ended["status"]["phase"] = "Succeeded";
  EXPECT_FALSE(pod_facts(ended, a_site(), ""));
}

TEST(Pools, AreFoundInNamespacesWithAnOwner) {
  const auto facts = [](std::map<std::string, std::string> annotations) {
    return NamespaceFacts{.annotations = std::move(annotations)};
  };
  std::map<std::string, NamespaceFacts> namespaces = {
      {"eta", facts({{"berth.dev/owner", "eta-team"}})},
      {"maps", facts({{"berth.dev/owner", "maps"},
                      {"berth.dev/pool", "maps-gpu"},
                      {"berth.dev/nodes", "gen=h"}})},
      {"ml", facts({{"berth.dev/owner", "other"}})},  // the site names it already
      {"plain", facts({})}};
  const auto pools = all_pools({{.name = "gpu-a", .in_namespace = "ml"}}, "west", namespaces);
  ASSERT_EQ(pools.size(), 3u);
  EXPECT_EQ(
      pools[1],
      (PlacedPool{
          .name = "west-eta", .owner = "eta-team", .in_namespace = "eta", .is_discovered = true}));
  EXPECT_EQ(pools[2].name, "maps-gpu");
  EXPECT_EQ(pools[2].nodes, (Selector{{"gen", "h"}}));
  const json told = pools_json(pools, {}, a_site())["pools"][1];
  EXPECT_EQ(told["discovered"], true);
  EXPECT_EQ(told["owner"], "eta-team");
}

}  // namespace
}  // namespace berth
