#include "kubernetes_objects/pod_template.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth::kube {
namespace {

using nlohmann::json;

TEST(PodTemplate, MergesWhatIsTheSameByItsKey) {
  struct Row {
    const char* name;
    const char* base;
    const char* over;
    const char* merged;
  };
  const Row rows[] = {
      {"nothing over", R"({"a": 1})", "{}", R"({"a": 1})"},
      {"no template over", R"({"a": 1})", "null", R"({"a": 1})"},
      {"over wins", R"({"a": 1, "b": 2})", R"({"a": 3})", R"({"a": 3, "b": 2})"},
      {"null takes away", R"({"a": 1, "b": 2})", R"({"a": null})", R"({"b": 2})"},
      {"maps", R"({"nodeSelector": {"a": "1"}})", R"({"nodeSelector": {"b": "2"}})",
       R"({"nodeSelector": {"a": "1", "b": "2"}})"},
      {"containers by name", R"({"containers": [{"name": "a", "image": "x"}, {"name": "b"}]})",
       R"({"containers": [{"name": "a", "tty": true}, {"name": "c"}]})",
       R"({"containers": [{"name": "a", "image": "x", "tty": true}, {"name": "b"},
                          {"name": "c"}]})"},
      {"init containers", R"({"initContainers": [{"name": "a", "image": "x"}]})",
       R"({"initContainers": [{"name": "a", "image": "y"}]})",
       R"({"initContainers": [{"name": "a", "image": "y"}]})"},
      {"a volume has one source", R"({"volumes": [{"name": "a", "emptyDir": {}}]})",
       R"({"volumes": [{"name": "a", "hostPath": {"path": "/x"}}, {"name": "b"}]})",
       R"({"volumes": [{"name": "a", "hostPath": {"path": "/x"}}, {"name": "b"}]})"},
      {"a variable has one value", R"({"env": [{"name": "A", "value": "1"}]})",
       R"({"env": [{"name": "A", "valueFrom": {}}, {"name": "B", "value": "2"}]})",
       R"({"env": [{"name": "A", "valueFrom": {}}, {"name": "B", "value": "2"}]})"},
      {"mounts by path", R"({"volumeMounts": [{"name": "a", "mountPath": "/x"}]})",
       R"({"volumeMounts": [{"name": "b", "mountPath": "/x"}, {"name": "a", "mountPath": "/y"}]})",
       R"({"volumeMounts": [{"name": "b", "mountPath": "/x"}, {"name": "a", "mountPath": "/y"}]})"},
      {"tolerations once", R"({"tolerations": [{"key": "a"}, {"key": "b"}]})",
       R"({"tolerations": [{"key": "b"}, {"key": "c"}]})",
       R"({"tolerations": [{"key": "a"}, {"key": "b"}, {"key": "c"}]})"},
      {"pull secrets once", R"({"imagePullSecrets": [{"name": "a"}]})",
       R"({"imagePullSecrets": [{"name": "a"}, {"name": "b"}]})",
       R"({"imagePullSecrets": [{"name": "a"}, {"name": "b"}]})"},
      {"plain lists are replaced", R"({"command": ["a", "b"]})", R"({"command": ["c"]})",
       R"({"command": ["c"]})"},
      {"deep within", R"({"spec": {"containers": [{"name": "a", "env": [{"name": "A"}]}]}})",
       R"({"spec": {"containers": [{"name": "a", "env": [{"name": "B"}]}]}})",
       R"({"spec": {"containers": [{"name": "a", "env": [{"name": "A"}, {"name": "B"}]}]}})"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(merge_pod_template(json::parse(row.base), json::parse(row.over)),
              json::parse(row.merged))
        << row.name;
  }
}

TEST(PodTemplate, FindsAContainerByItsName) {
  const json pod = json::parse(R"({"spec": {"containers": [{"name": "a"}, 5, {"name": "b"}]}})");
  ASSERT_NE(find_container(pod, "b"), nullptr);
  EXPECT_EQ(find_container(pod, "c"), nullptr);
  EXPECT_EQ(find_container(json::parse(R"({"spec": {"containers": 7}})"), "a"), nullptr);
}

}  // namespace
}  // namespace berth::kube
