#include "launcher/launcher.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/builders.hpp"
#include "support/scripted_backend.hpp"
#include "support/scripted_job_type.hpp"
#include "support/virtual_loop.hpp"

namespace berth {
namespace {

Job a_placed_job() {
  Job job = a_job().wants({a_group(4, 8, 1)}).job();
  job.id = "j7k2m9qx4t0ab";
  job.uid = 1000;
  job.gid = 100;
  job.attempt.number = 2;
  job.attempt.cluster = "west";
  job.attempt.pool = "gpu-a";
  return job;
}

class LauncherTest : public testing::Test {
 protected:
  void launch_it() {
    launch(desk, job, "secret", jobtype, backend,
           [this](BackendReply reply) { answer = std::move(reply); });
  }

  VirtualLoop loop;
  ScriptedBackend backend{loop};
  ScriptedJobType jobtype;
  LaunchDesk desk{loop, loop, "berth-1", [](const std::string& id) { return "request of " + id; }};
  Job job = a_placed_job();
  std::optional<BackendReply> answer;
};

TEST_F(LauncherTest, RendersTheStoredRequestAndHandsItToTheBackend) {
  RenderOrder rendered;
  jobtype.on_render = [&](const RenderOrder& order) -> Result<std::string> {
    rendered = order;
    return std::string(R"({"run":"it"})");
  };
  launch_it();
  EXPECT_TRUE(backend.launched.empty());  // not before a worker has rendered it
  loop.settle();

  EXPECT_EQ(rendered.format, "sim");
  EXPECT_EQ(rendered.instance, "berth-1");
  EXPECT_EQ(rendered.request, "request of j7k2m9qx4t0ab");
  EXPECT_EQ(rendered.attempt, 2);
  EXPECT_EQ(rendered.pool, "gpu-a");
  EXPECT_EQ(rendered.token, "secret");
  EXPECT_EQ(rendered.groups, job.wanted->groups);

  ASSERT_EQ(backend.launched.size(), 1u);
  const LaunchOrder& order = backend.launched[0];
  EXPECT_EQ(order.key, (AttemptKey{"j7k2m9qx4t0ab", 2}));
  EXPECT_EQ(order.name, "j7k2m9qx4t0ab-a2");
  EXPECT_EQ(order.workload, R"({"run":"it"})");
  EXPECT_EQ(order.format, "sim");
  EXPECT_EQ(order.pool, "gpu-a");
  EXPECT_EQ(order.project, "eta");
  EXPECT_EQ(order.user, "maria");
  EXPECT_EQ(order.uid, 1000u);
  EXPECT_EQ(order.gid, 100u);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->external_ref, "ref-j7k2m9qx4t0ab");
}

TEST_F(LauncherTest, FailsForGoodWhatCannotBeRendered) {
  jobtype.on_render = [](const RenderOrder&) -> Result<std::string> {
    return Error{"PluginFailed", "ray.head: no such field"};
  };
  launch_it();
  loop.settle();
  EXPECT_TRUE(backend.launched.empty());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, CallStatus::kPermanent);
  EXPECT_EQ(answer->reason, "SubmissionFailed");
  EXPECT_EQ(answer->message, "ray.head: no such field");
}

TEST_F(LauncherTest, HandsOnWhatTheBackendAnswers) {
  backend.on_launch = [](const LaunchOrder&) {
    return a_reply(CallStatus::kUnknown, "timed out");
  };
  launch_it();
  loop.settle();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, CallStatus::kUnknown);
  EXPECT_EQ(answer->message, "timed out");
}

TEST_F(LauncherTest, ReleasesByNameReferenceAndUid) {
  job.attempt.external_ref = "ref";
  job.attempt.remote_uid = "uid";
  release(job, backend, [this](BackendReply reply) { answer = std::move(reply); });
  loop.settle();
  ASSERT_EQ(backend.released.size(), 1u);
  EXPECT_EQ(backend.released[0].key, (AttemptKey{"j7k2m9qx4t0ab", 2}));
  EXPECT_EQ(backend.released[0].name, "j7k2m9qx4t0ab-a2");
  EXPECT_EQ(backend.released[0].external_ref, "ref");
  EXPECT_EQ(backend.released[0].uid, "uid");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message, "gone");
}

TEST_F(LauncherTest, SpeaksTheFormatThatTheJobTypeLikesBestOfThoseTheBackendTakes) {
  EXPECT_EQ(common_format(jobtype.speaks({"sim"}), backend), "sim");
  EXPECT_EQ(common_format(jobtype.speaks({"kubernetes/objects", "sim"}), backend), "sim");
  EXPECT_EQ(common_format(jobtype.speaks({"kubernetes/objects"}), backend), "");
  EXPECT_EQ(common_format(jobtype.speaks({}), backend), "");
}

}  // namespace
}  // namespace berth
