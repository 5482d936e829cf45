#include "dress.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using nlohmann::json;

// An order of a Ray cluster with a head and GPU workers.
struct AnOrder {
  json order = json::parse(R"({
      "job": "j1", "attempt": 2, "name": "j1-a2", "pool": "gpu-a", "project": "eta", "owner": "eta team!",
      "user": "ann", "workload": {
        "object": {"apiVersion": "ray.io/v1", "kind": "RayCluster",
                   "metadata": {"name": "j1-a2", "labels": {"kueue.x-k8s.io/queue-name": "q"}},
                   "spec": {"headGroupSpec": {"template": {"spec": {"containers": [{"name": "ray-head"}]}}},
                            "workerGroupSpecs": [{"template": {"spec": {"containers": [
                                {"name": "ray-worker", "image": "own:1"}]}}}]}},
        "secrets": [{"name": "j1-a2-token", "data": {"auth_token": "t"}}],
        "pods": [{"group": "head", "template": "/spec/headGroupSpec/template", "container": "ray-head"},
                 {"group": "gpu", "template": "/spec/workerGroupSpecs/0/template",
                  "container": "ray-worker", "skus": ["H100", "A100"]}],
        "endpoints": {"dashboard": {"group": "head", "port": 8265}}}})");
  Identity identity{.instance = "inst", .epoch = 7, .cluster = "west"};
  PlacedPool pool{.name = "gpu-a", .in_namespace = "ml"};
  SiteDefaults site;

  json& workload() { return order["workload"]; }
  json& head() { return workload()["object"]["spec"]["headGroupSpec"]["template"]; }
  DressedWorkload dressed() const { return dress(order, identity, pool, site); }
  json dressed_head() const { return dressed().object["spec"]["headGroupSpec"]["template"]; }
  json dressed_worker() const {
    return dressed().object["spec"]["workerGroupSpecs"][0]["template"];
  }
  std::string refusal() const {
    try {
      dressed();
    } catch (const BadWorkload& error) {
      return error.what();
    }
    return "";
  }
};

TEST(Dress, SaysOnEverythingWhoseItIs) {
  const DressedWorkload dressed = AnOrder().dressed();
  const json labels = json::parse(R"({
      "app.kubernetes.io/managed-by": "berth", "berth.dev/instance": "inst",
      "berth.dev/job-id": "j1", "berth.dev/attempt": "2", "berth.dev/project": "eta",
      "berth.dev/owner": "eta-team", "berth.dev/pool": "gpu-a"})");
  const json& metadata = dressed.object["metadata"];
  EXPECT_EQ(metadata["namespace"], "ml");
  json with_queue = labels;
  with_queue["kueue.x-k8s.io/queue-name"] = "q";
  EXPECT_EQ(metadata["labels"], with_queue);
  EXPECT_EQ(metadata["annotations"], json::parse(R"({
      "berth.dev/epoch": "7", "berth.dev/main": "head", "berth.dev/user": "ann",
      "berth.dev/endpoints": "{\"dashboard\":{\"group\":\"head\",\"port\":8265}}",
      "berth.dev/containers": "{\"gpu\":\"ray-worker\",\"head\":\"ray-head\"}"})"));
  json of_head = labels;
  of_head["berth.dev/group"] = "head";
  EXPECT_EQ(AnOrder().dressed_head()["metadata"]["labels"], of_head);
  ASSERT_EQ(dressed.secrets.size(), 1u);
  EXPECT_EQ(dressed.secrets[0]["metadata"]["labels"], labels);
  EXPECT_EQ(dressed.secrets[0]["metadata"]["namespace"], "ml");
  EXPECT_EQ(dressed.secrets[0]["stringData"]["auth_token"], "t");
}

TEST(Dress, AsksForTheNodesOfThePool) {
  AnOrder order;
  order.site.node_selector = {{"zone", "a"}};
  order.site.tolerations = parse_tolerations({"gpu:NoSchedule"});
  order.site.skus = parse_skus({"H100=NV-H100", "H100=NV-H100-PCIe"});
  order.pool.nodes = {{"berth.dev/pool", "gpu-a"}};
  const json spec = order.dressed_worker()["spec"];
  EXPECT_EQ(spec["nodeSelector"], json::parse(R"({"zone": "a", "berth.dev/pool": "gpu-a"})"));
  EXPECT_EQ(spec["tolerations"],
            json::parse(R"([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}])"));
  EXPECT_EQ(spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"],
            json::parse(R"({"nodeSelectorTerms": [{"matchExpressions": [
                {"key": "nvidia.com/gpu.product", "operator": "In",
                 "values": ["NV-H100", "NV-H100-PCIe", "A100"]}]}]})"));
  EXPECT_FALSE(order.dressed_head()["spec"].contains("affinity"));
}

TEST(Dress, AsksForTheSkuInEveryTermThatThereIs) {
  AnOrder order;
  order.workload()["pods"][0]["skus"] = {"H100"};
  order.head()["spec"]["affinity"]["nodeAffinity"] = json::parse(R"({
      "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "a", "operator": "Exists"}]}, {"matchFields": []}]}})");
  const json terms =
      order.dressed_head()["spec"]["affinity"]["nodeAffinity"]
                          ["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
  ASSERT_EQ(terms.size(), 2u);
  EXPECT_EQ(terms[0]["matchExpressions"].size(), 2u);
  EXPECT_EQ(terms[1]["matchExpressions"].size(), 1u);
}

TEST(Dress, FillsInWhatTheSiteSaysAndTheJobDoesNot) {
  AnOrder order;
  order.site.image = "site:1";
  order.site.service_account = "jobs";
  order.site.pod_template = json::parse(R"({"spec": {"priorityClassName": "batch"}})");
  EXPECT_EQ(order.dressed_head()["spec"]["containers"][0]["image"], "site:1");
  EXPECT_EQ(order.dressed_worker()["spec"]["containers"][0]["image"], "own:1");
  EXPECT_EQ(order.dressed_head()["spec"]["serviceAccountName"], "jobs");
  EXPECT_EQ(order.dressed_head()["spec"]["priorityClassName"], "batch");
  order.workload()["image"] = "/spec/image";  // of a kind with one image for all
  EXPECT_EQ(order.dressed().object["spec"]["image"], "site:1");
  order.workload()["object"]["spec"]["image"] = "own:2";
  EXPECT_EQ(order.dressed().object["spec"]["image"], "own:2");
}

TEST(Dress, GivesTheMainContainerWhatTheSitesTemplateHasForEvery) {
  AnOrder order;
  order.site.pod_template = json::parse(R"({"spec": {"containers": [
      {"name": "*", "image": "site:1", "env": [{"name": "A", "value": "1"}]},
      {"name": "shipper", "image": "logs:1"}]}})");
  order.workload()["object"]["spec"]["workerGroupSpecs"][0]["template"]["spec"]["initContainers"] =
      json::parse(R"([{"name": "find-head"}, {"name": "own"}])");
  order.workload()["pods"][1]["like_main"] = {"find-head", "absent"};
  EXPECT_EQ(order.dressed_head()["spec"]["containers"], json::parse(R"([
      {"name": "ray-head", "image": "site:1", "env": [{"name": "A", "value": "1"}]},
      {"name": "shipper", "image": "logs:1"}])"));
  EXPECT_EQ(order.dressed_worker()["spec"]["containers"][0], json::parse(R"(
      {"name": "ray-worker", "image": "own:1", "env": [{"name": "A", "value": "1"}]})"));
  EXPECT_EQ(order.dressed_worker()["spec"]["initContainers"], json::parse(R"([
      {"name": "find-head", "image": "site:1", "env": [{"name": "A", "value": "1"}]},
      {"name": "own"}])"));
}

TEST(Dress, FillsFieldsWhereNoTemplateMayBeMade) {
  AnOrder order;
  order.workload()["kept_manifest"] = true;
  order.workload()["object"]["spec"] = json::parse(R"({"driver": {"tolerations": [{"key": "x"}]}})");
  order.workload()["pods"] = json::parse(R"([{"group": "driver", "template": "/spec/driver/template",
      "container": "c", "skus": ["H100"],
      "fields": {"labels": "/spec/driver/labels", "node_selector": "/spec/nodeSelector",
                 "tolerations": "/spec/driver/tolerations", "affinity": "/spec/driver/affinity"}}])");
  order.pool.nodes = {{"a", "b"}};
  order.site.tolerations = parse_tolerations({"gpu"});
  const json spec = order.dressed().object["spec"];
  EXPECT_EQ(spec["driver"]["labels"]["berth.dev/group"], "driver");
  EXPECT_EQ(spec["nodeSelector"], json::parse(R"({"a": "b"})"));
  EXPECT_EQ(spec["driver"]["tolerations"],
            json::parse(R"([{"key": "x"}, {"key": "gpu", "operator": "Exists"}])"));
  EXPECT_TRUE(spec["driver"]["affinity"].contains("nodeAffinity"));
  EXPECT_FALSE(spec["driver"].contains("template"));
}

TEST(Dress, AddsNothingElseToAManifestOfPeople) {
  AnOrder order;
  order.site.image = "site:1";
  order.site.service_account = "jobs";
  order.site.pod_template = json::parse(R"({"spec": {"priorityClassName": "batch"}})");
  order.workload()["kept_manifest"] = true;
  EXPECT_EQ(order.dressed_head()["spec"], order.head()["spec"]);
}

TEST(Dress, MakesATemplateWhereThereIsNone) {
  AnOrder order;
  order.workload()["object"]["spec"] = json::object();
  order.workload()["pods"] =
      json::parse(R"([{"group": "driver", "template": "/spec/driver/template",
                                              "container": "spark-kubernetes-driver"}])");
  order.pool.nodes = {{"a", "b"}};
  EXPECT_EQ(order.dressed().object["spec"]["driver"]["template"]["spec"], json::parse(R"({
      "nodeSelector": {"a": "b"}, "containers": [{"name": "spark-kubernetes-driver"}]})"));
}

TEST(Dress, RefusesByPathWhatCannotBe) {
  AnOrder order;
  order.pool.nodes = {{"zone", "a"}};
  order.head()["spec"]["nodeSelector"] = {{"zone", "b"}};
  EXPECT_EQ(order.refusal(),
            "/spec/headGroupSpec/template/spec/nodeSelector: zone is \"b\", but nodes of pool "
            "gpu-a have \"a\"");
  order.head()["spec"]["nodeSelector"] = 7;
  EXPECT_EQ(order.refusal(), "/spec/headGroupSpec/template/spec/nodeSelector is no object");
  order.workload()["object"].erase("kind");
  EXPECT_NE(order.refusal().find("no object with apiVersion and kind"), std::string::npos);
}

}  // namespace
}  // namespace berth
