#include "watcher/watcher.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "support/builders.hpp"
#include "support/scripted_backend.hpp"
#include "support/scripted_job_type.hpp"
#include "support/virtual_loop.hpp"

namespace berth {
namespace {

ProbeStep fetching(const std::string& path, const std::string& memory) {
  ProbeStep step;
  step.fetches = true;
  step.endpoint = "dashboard";
  step.method = "GET";
  step.path = path;
  step.memory = memory;
  return step;
}

ProbeStep counted(int ready, int wanted) {
  ProbeStep step;
  step.ready = ready;
  step.wanted = wanted;
  step.done = ready == wanted;
  return step;
}

class WatcherTest : public testing::Test {
 protected:
  void ask() {
    ProbeTurn turn;
    turn.job = "j1";
    turn.attempt = 2;
    turn.token = "secret";
    ask_readiness(loop, loop, jobtype, backend, std::move(turn),
                  [this](Result<ProbeStep> step) { answer = std::move(step); });
    loop.settle();
  }

  VirtualLoop loop;
  ScriptedBackend backend{loop};
  ScriptedJobType jobtype;
  std::optional<Result<ProbeStep>> answer;
};

TEST_F(WatcherTest, LetsTheJobTypeReadAStatus) {
  std::vector<std::string> read;
  jobtype.on_interpret = [&](std::string_view format, const std::vector<Group>& groups,
                             std::string_view native) {
    read = {std::string(format), groups.at(0).name, std::string(native)};
    Observation seen;
    seen.state = Observation::State::kReady;
    return Result<Observation>(seen);
  };
  std::optional<Result<Observation>> seen;
  interpret(loop, loop, jobtype, "sim", a_job().wanted(), "{\"up\":1}",
            [&](Result<Observation> said) { seen = std::move(said); });
  EXPECT_FALSE(seen);  // the answer comes on the loop
  loop.settle();
  EXPECT_EQ(read, (std::vector<std::string>{"sim", "main", "{\"up\":1}"}));
  ASSERT_TRUE(seen && seen->has_value());
  EXPECT_EQ((*seen)->state, Observation::State::kReady);
}

TEST_F(WatcherTest, HandsOnThatAStatusWasNotUnderstood) {
  jobtype.on_interpret = [](std::string_view, const std::vector<Group>&, std::string_view) {
    return Result<Observation>(Error{"PluginFailed", "no JSON"});
  };
  std::optional<Result<Observation>> seen;
  interpret(loop, loop, jobtype, "sim", a_job().wanted(), "?",
            [&](Result<Observation> said) { seen = std::move(said); });
  loop.settle();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->error().message, "no JSON");
}

TEST_F(WatcherTest, AsksTheHeadUntilTheJobTypeKnows) {
  std::vector<std::string> turns;
  jobtype.on_probe = [&](const ProbeTurn& turn) {
    turns.push_back(turn.memory + "|" + turn.response);
    if (turns.size() == 1) return Result<ProbeStep>(fetching("/nodes", "m1"));
    if (turns.size() == 2) return Result<ProbeStep>(fetching("/actors", "m2"));
    return Result<ProbeStep>(counted(3, 4));
  };
  backend.on_fetch = [](const FetchRequest& request) {
    BackendReply reply;
    reply.json = "body of " + request.path;
    return reply;
  };
  ask();
  EXPECT_EQ(turns, (std::vector<std::string>{"|", "m1|body of /nodes", "m2|body of /actors"}));
  ASSERT_EQ(backend.fetched.size(), 2u);
  EXPECT_EQ(backend.fetched[0].key, (AttemptKey{"j1", 2}));
  EXPECT_EQ(backend.fetched[0].endpoint, "dashboard");
  EXPECT_EQ(backend.fetched[0].method, "GET");
  ASSERT_TRUE(answer && answer->has_value());
  EXPECT_EQ((*answer)->ready, 3);
  EXPECT_FALSE((*answer)->done);
}

TEST_F(WatcherTest, TellsTheJobTypeWhyAFetchFailed) {
  std::string response;
  jobtype.on_probe = [&](const ProbeTurn& turn) {
    response = turn.response;
    return Result<ProbeStep>(response.empty() ? fetching("/nodes", "") : counted(0, 4));
  };
  backend.on_fetch = [](const FetchRequest&) {
    return a_reply(CallStatus::kTransient, "connection \"refused\" \xff");
  };
  ask();
  const nlohmann::json said = nlohmann::json::parse(response);
  EXPECT_EQ(said["error"].get<std::string>().substr(0, 20), "connection \"refused\"");
  ASSERT_TRUE(answer && answer->has_value());
}

TEST_F(WatcherTest, EndsAConversationThatGoesAstray) {
  jobtype.on_probe = [](const ProbeTurn&) { return Result<ProbeStep>(fetching("/again", "")); };
  ask();
  EXPECT_EQ(backend.fetched.size(), 16u);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().code, "PluginFailed");
}

TEST_F(WatcherTest, HandsOnThatAProbeFailed) {
  jobtype.on_probe = [](const ProbeTurn&) {
    return Result<ProbeStep>(Error{"PluginFailed", "it threw"});
  };
  ask();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().message, "it threw");
  EXPECT_TRUE(backend.fetched.empty());
}

struct StatusRow {
  std::string name;
  std::string status;
  std::string merged;
};

class WithWorkers : public testing::TestWithParam<StatusRow> {};

TEST_P(WithWorkers, AddsTheCountToAnyStatus) {
  EXPECT_EQ(nlohmann::json::parse(with_workers(GetParam().status, 3, 4)),
            nlohmann::json::parse(GetParam().merged));
}

INSTANTIATE_TEST_SUITE_P(
    Watcher, WithWorkers,
    testing::Values(StatusRow{"AnObject", R"({"head":{"ip":"::1"}})",
                              R"({"head":{"ip":"::1"},"workers":{"ready":3,"wanted":4}})"},
                    StatusRow{"OverAnOlderCount", R"({"workers":{"ready":0,"wanted":4}})",
                              R"({"workers":{"ready":3,"wanted":4}})"},
                    StatusRow{"Empty", "", R"({"workers":{"ready":3,"wanted":4}})"},
                    StatusRow{"NoJson", "{bad", R"({"workers":{"ready":3,"wanted":4}})"},
                    StatusRow{"NoObject", "[1]", R"({"workers":{"ready":3,"wanted":4}})"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace berth
