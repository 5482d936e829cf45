#include "pool_settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "attempt_identity.hpp"
#include "quantities.hpp"
#include "reach.hpp"

namespace berth {
namespace {

using nlohmann::json;

template <typename Body>
std::string refusal(Body body) {
  try {
    body();
  } catch (const BadSetting& error) {
    return error.what();
  }
  return "";
}

TEST(Tolerations, AreWrittenAsKubectlWritesTaints) {
  EXPECT_EQ(parse_tolerations({"gpu=yes:NoSchedule", "spot:NoExecute", "a=b", ""}), json::parse(R"([
      {"key": "gpu", "operator": "Equal", "value": "yes", "effect": "NoSchedule"},
      {"key": "spot", "operator": "Exists", "effect": "NoExecute"},
      {"key": "a", "operator": "Equal", "value": "b"},
      {"operator": "Exists"}])"));
  EXPECT_NE(refusal([] { parse_tolerations({"a=b:Never"}); }).find("a=b:Never"), std::string::npos);
}

TEST(Tolerations, TolerateWhatTheSchedulerWouldTolerate) {
  const auto taint = [](const char* effect, const char* value = "yes") {
    return json{{"key", "gpu"}, {"value", value}, {"effect", effect}};
  };
  EXPECT_TRUE(tolerates(parse_tolerations({"gpu=yes:NoSchedule"}), taint("NoSchedule")));
  EXPECT_FALSE(tolerates(parse_tolerations({"gpu=yes:NoSchedule"}), taint("NoExecute")));
  EXPECT_FALSE(tolerates(parse_tolerations({"gpu=yes:NoSchedule"}), taint("NoSchedule", "no")));
  EXPECT_TRUE(tolerates(parse_tolerations({"gpu"}), taint("NoExecute")));
  EXPECT_FALSE(tolerates(parse_tolerations({"other"}), taint("NoExecute")));
  EXPECT_TRUE(tolerates(parse_tolerations({""}), taint("NoExecute")));
}

TEST(PoolSettings, SayNamespaceAndNodes) {
  SiteDefaults site;
  site.in_namespace = "jobs";
  const auto pools = parse_pools(json::parse(R"([
      {"name": "a", "owner": "o", "settings": {"namespace": "ml", "nodes": "x=1,y=2"}},
      {"name": "b", "nodes": [{"count": 1}]}])"),
                                 site);
  EXPECT_EQ(pools[0].in_namespace, "ml");
  EXPECT_EQ(pools[0].nodes, (Selector{{"x", "1"}, {"y", "2"}}));
  EXPECT_EQ(pools[1].in_namespace, "jobs");
  EXPECT_EQ(pools[1].declared_nodes.size(), 1u);
  const json wrong = json::parse(R"([{"name": "a", "settings": {"namspace": "ml"}}])");
  EXPECT_EQ(refusal([&] { parse_pools(wrong, site); }),
            "pools.a.settings: \"namspace\" is unknown to this backend, which takes \"namespace\" "
            "and \"nodes\"");
  const json no_pair = json::parse(R"([{"name": "a", "settings": {"nodes": "gpu"}}])");
  EXPECT_NE(refusal([&] { parse_pools(no_pair, site); }).find("pools.a.settings.nodes"),
            std::string::npos);
}

TEST(Skus, MapLabelsBothWays) {
  SiteDefaults site;
  site.skus = parse_skus({"H100=NV-H100", "H100=NV-H100-PCIe"});
  EXPECT_EQ(site.sku_of("NV-H100-PCIe"), "H100");
  EXPECT_EQ(site.sku_of("L4"), "L4");
  EXPECT_EQ(site.label_values_of("H100").size(), 2u);
  EXPECT_EQ(site.label_values_of("L4"), std::vector<std::string>{"L4"});
}

TEST(PodTemplates, AreReadFromYaml) {
  const std::string file = testing::TempDir() + "/pod-template-" + std::to_string(getpid());
  std::ofstream(file) << "spec:\n  priorityClassName: batch\n  hostNetwork: true\n"
                         "  terminationGracePeriodSeconds: 5\n  schedulerName: \"no\"\n";
  EXPECT_EQ(read_pod_template(file)["spec"], json::parse(R"({
      "priorityClassName": "batch", "hostNetwork": true, "terminationGracePeriodSeconds": 5,
      "schedulerName": "no"})"));
  std::ofstream(file) << "containers: []\n";
  EXPECT_NE(refusal([&] { read_pod_template(file); }).find("\"containers\" is no field"),
            std::string::npos);
  EXPECT_NE(refusal([&] { read_pod_template(file + "-absent"); }).find(file), std::string::npos);
  unlink(file.c_str());
  EXPECT_TRUE(read_pod_template("").is_null());
}

TEST(Kinds, AreWrittenWithGroupAndVersion) {
  EXPECT_EQ(parse_kind("ray.io/v1/RayCluster"),
            (std::pair<std::string, std::string>{"ray.io/v1", "RayCluster"}));
  EXPECT_NE(refusal([] { parse_kind("RayCluster"); }).find("GROUP/VERSION/KIND"),
            std::string::npos);
}

TEST(Quantities, AreComparedByName) {
  EXPECT_TRUE(exceeds_any("cpu=1, memory=8Gi", "memory=4Gi"));
  EXPECT_FALSE(exceeds_any("cpu=1,memory=4Gi", "memory=4Gi,pods=0"));
  EXPECT_FALSE(exceeds_any("", ""));
}

TEST(Identity, KnowsItsOwn) {
  const Identity identity{.instance = "i1"};
  const auto labelled = [](const char* instance, const char* attempt) {
    json object = json::parse(R"({"metadata": {"labels": {
        "app.kubernetes.io/managed-by": "berth", "berth.dev/job-id": "j1"}}})");
    object["metadata"]["labels"]["berth.dev/instance"] = instance;
    object["metadata"]["labels"]["berth.dev/attempt"] = attempt;
    return object;
  };
  EXPECT_EQ(attempt_of(labelled("i1", "2"), identity), (AttemptKey{"j1", 2}));
  EXPECT_FALSE(attempt_of(labelled("i2", "2"), identity));
  EXPECT_FALSE(attempt_of(labelled("i1", "2x"), identity));
  EXPECT_FALSE(attempt_of(json::object(), identity));
  EXPECT_EQ(owner_words(labelled("i1", "2"), identity), "job j1 attempt 2 of this berthd");
  EXPECT_EQ(owner_words(labelled("i2", "2"), identity),
            "job j1 attempt 2 of another berthd (instance i2)");
  EXPECT_EQ(owner_words(json::object(), identity), "somebody else");
}

TEST(ResourceRefs, AreReadAsTheyWereWritten) {
  for (const ResourceRef& ref :
       {ResourceRef{"ray.io/v1", "RayCluster", "ml", "j1-a1"}, ResourceRef{"v1", "Pod", "ml", "p"}})
    EXPECT_EQ(ResourceRef::parse(ref.text()), ref);
  EXPECT_FALSE(ResourceRef::parse(""));
  EXPECT_FALSE(ResourceRef::parse("j1-a1"));
}

}  // namespace
}  // namespace berth
