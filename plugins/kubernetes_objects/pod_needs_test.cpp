#include "kubernetes_objects/pod_needs.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth::kube {
namespace {

using nlohmann::json;

constexpr std::int64_t kMi = 1 << 20;

PodNeeds needs_of(const char* spec) {
  std::vector<WrongQuantity> wrong;
  PodNeeds needs = pod_needs(json::parse(spec), "nvidia.com/gpu", wrong);
  EXPECT_TRUE(wrong.empty()) << spec;
  return needs;
}

TEST(PodNeeds, CountsAsTheSchedulerDoes) {
  struct Row {
    const char* name;
    const char* spec;
    PodNeeds needs;
  };
  const Row rows[] = {
      {"nothing", "{}", {}},
      {"requests",
       R"({"containers": [{"resources": {"requests": {"cpu": "500m", "memory": "64Mi"},
                                         "limits": {"cpu": 4, "memory": "1Gi"}}}]})",
       {500, 64 * kMi, 0, {}}},
      {"limits where nothing is asked",
       R"({"containers": [{"resources": {"limits": {"cpu": 2, "nvidia.com/gpu": 1},
                                         "requests": {"memory": "1Mi"}}}]})",
       {2000, kMi, 1000, {}}},
      {"side by side",
       R"({"containers": [{"resources": {"requests": {"cpu": 1}}},
                          {"resources": {"requests": {"cpu": "250m", "google.com/tpu": 4}}}]})",
       {1250, 0, 0, {{"google.com/tpu", 4000}}}},
      {"an init container may need more",
       R"({"initContainers": [{"resources": {"requests": {"cpu": 3, "memory": "1Mi"}}}],
           "containers": [{"resources": {"requests": {"cpu": 1, "memory": "4Mi"}}}]})",
       {3000, 4 * kMi, 0, {}}},
      {"those that go on are there with all that come after",
       R"({"initContainers": [
             {"restartPolicy": "Always", "resources": {"requests": {"cpu": 1}}},
             {"resources": {"requests": {"cpu": 3}}}],
           "containers": [{"resources": {"requests": {"cpu": 2}}}]})",
       {4000, 0, 0, {}}},
      {"overhead",
       R"({"containers": [{"resources": {"requests": {"cpu": 1}}}], "overhead": {"cpu": "100m"}})",
       {1100, 0, 0, {}}},
      {"what is no device",
       R"({"containers": [{"resources": {"requests": {"ephemeral-storage": "1Gi"}}}]})",
       {}},
      {"other spellings",
       R"({"containers": [{"resources": {"requests": {"cpu": 0.5, "memory": "1e6"}}}]})",
       {500, 1'000'000, 0, {}}},
  };
  for (const Row& row : rows) EXPECT_EQ(needs_of(row.spec), row.needs) << row.name;
}

TEST(PodNeeds, SaysWhichQuantityIsNone) {
  std::vector<WrongQuantity> wrong;
  pod_needs(json::parse(R"({"containers": [{}, {"resources": {"limits": {"cpu": "two"}}}]})"),
            "nvidia.com/gpu", wrong);
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_EQ(wrong[0].path, "containers[1].resources.cpu");
  EXPECT_EQ(wrong[0].text, "two");
}

TEST(PodNeeds, BearsWhatIsNoPod) {
  for (const char* spec : {"5", "[]", R"({"containers": 5})", R"({"containers": [5]})",
                           R"({"containers": [{"resources": 5}], "initContainers": [[]]})"}) {
    std::vector<WrongQuantity> wrong;
    EXPECT_EQ(pod_needs(json::parse(spec), "nvidia.com/gpu", wrong), PodNeeds{}) << spec;
  }
}

}  // namespace
}  // namespace berth::kube
