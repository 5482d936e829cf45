#include "plugins/backend.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "made_instance.hpp"
#include "plugins/backend_instance.hpp"
#include "plugins/catalog.hpp"
#include "support/queue_loop.hpp"

namespace berth {
namespace {

using nlohmann::json;

// Remembers its calls; the test answers them when it likes, from where it likes.
struct ScriptedBackend {
  struct Call {
    std::string function;
    std::uint64_t number;
    std::string text;
  };
  const berth_backend_host* host = nullptr;
  std::vector<Call> calls;
  std::int32_t code = 0;

  std::int32_t take(const char* function, std::uint64_t number, berth_str text) {
    calls.push_back({function, number, std::string(text.data, text.size)});
    return code;
  }
  void answer(std::uint64_t number, berth_call_status status, const std::string& json) const {
    host->complete(host->context, number, status, {json.data(), json.size()});
  }
  void answer_last(berth_call_status status, const std::string& json) const {
    answer(calls.back().number, status, json);
  }
  void tell(const std::string& event) const {
    host->event(host->context, {event.data(), event.size()});
  }
};

ScriptedBackend& script_of(void* self) { return *static_cast<ScriptedBackend*>(self); }

Descriptor scripted() {
  BackendTable table;
  table.formats = {"process/group"};
  table.functions.start = [](void* self, const berth_backend_host* host, std::uint64_t number,
                             berth_str text) {
    script_of(self).host = host;
    return script_of(self).take("start", number, text);
  };
  table.functions.adopt = [](void* self, std::uint64_t number, berth_str text) {
    return script_of(self).take("adopt", number, text);
  };
  table.functions.launch = [](void* self, std::uint64_t number, berth_str text) {
    return script_of(self).take("launch", number, text);
  };
  table.functions.release = [](void* self, std::uint64_t number, berth_str text) {
    return script_of(self).take("release", number, text);
  };
  table.functions.pools = [](void* self, std::uint64_t number) {
    return script_of(self).take("pools", number, {});
  };
  table.functions.health = [](void* self, std::uint64_t number) {
    return script_of(self).take("health", number, {});
  };
  table.functions.logs = [](void* self, std::uint64_t number, berth_str text) {
    return script_of(self).take("logs", number, text);
  };
  table.functions.fetch = [](void* self, std::uint64_t number, berth_str text) {
    return script_of(self).take("fetch", number, text);
  };
  table.functions.stop = [](void* self, std::uint64_t number) {
    return script_of(self).take("stop", number, {});
  };
  Descriptor descriptor;
  descriptor.kind = BERTH_KIND_BACKEND;
  descriptor.table = table;
  return descriptor;
}

struct SeenEvents final : BackendEvents {
  void workload_changed(WorkloadEvent event) override { workloads.push_back(std::move(event)); }
  void pools_changed(std::vector<ReportedPool> reported) override { pools = std::move(reported); }
  std::vector<WorkloadEvent> workloads;
  std::vector<ReportedPool> pools;
};

// A loop whose time is the test's, for what depends on the order of deadlines.
class HandLoop final : public Loop {
 public:
  void post(std::function<void()> task) override { after({}, std::move(task)); }
  void after(std::chrono::milliseconds delay, std::function<void()> task) override {
    tasks_.emplace(now_ + delay, std::move(task));
  }
  void advance(std::chrono::milliseconds by) {
    now_ += by;
    while (!tasks_.empty() && tasks_.begin()->first <= now_) {
      tasks_.extract(tasks_.begin()).mapped()();
    }
  }

 private:
  std::chrono::milliseconds now_{};
  std::multimap<std::chrono::milliseconds, std::function<void()>> tasks_;
};

class BackendTest : public testing::Test {
 protected:
  BackendTest() { restart_with_timeout(60'000); }

  void restart_with_timeout(std::int64_t timeout_ms) { restart(timeout_ms, loop_); }

  void restart(std::int64_t timeout_ms, Loop& loop) {
    site_.instance = "here";
    site_.cluster.name = "west";
    site_.state_dir = "/state";
    site_.pools = {{.name = "gpu-a", .nodes = {{.sku = "H100", .count = 2, .gpu_milli = 8000}}}};
    site_.call_timeout_ms = timeout_ms;
    backend_ = std::make_unique<BackendInstance>(instances_.make(&script_, scripted()), site_, loop,
                                                 clock_);
    backend_->start(events_, [](BackendReply) {});
    script_.answer_last(BERTH_CALL_OK, "{}");
    loop_.run_due();
  }

  // `done` that keeps what it is told.
  BackendDone keep() {
    return [this](BackendReply reply) { replies_.push_back(std::move(reply)); };
  }
  // What a call came to, when the backend answers it so.
  BackendReply reply_to(const std::function<void(BackendDone)>& call, berth_call_status status,
                        const std::string& answer) {
    replies_.clear();
    call(keep());
    loop_.run_due();
    script_.answer_last(status, answer);
    EXPECT_TRUE(replies_.empty()) << "the loop alone calls back";
    loop_.run_due();
    EXPECT_EQ(replies_.size(), 1U);
    return replies_.empty() ? BackendReply() : replies_[0];
  }
  std::vector<std::string> functions_called() const {
    std::vector<std::string> all;
    for (std::size_t i = 1; i < script_.calls.size(); ++i) all.push_back(script_.calls[i].function);
    return all;
  }

  using Names = std::vector<std::string>;
  const AttemptKey first_{"j1", 1}, second_{"j2", 1};
  MadeInstances instances_;
  ScriptedBackend script_;
  QueueLoop loop_;
  SystemClock clock_;
  SeenEvents events_;
  BackendSite site_;
  std::unique_ptr<BackendInstance> backend_;
  std::vector<BackendReply> replies_;
};

TEST_F(BackendTest, IsToldOfItsClusterAndTellsWhatItHolds) {
  const json cluster = json::parse(script_.calls[0].text);
  EXPECT_EQ(cluster["instance"], "here");
  EXPECT_EQ(cluster["cluster"], "west");
  EXPECT_EQ(cluster["state_dir"], "/state");
  EXPECT_EQ(cluster["pools"][0]["nodes"][0]["gpu_milli"], 8000);
  const auto reply =
      reply_to([&](BackendDone done) { backend_->start(events_, done); }, BERTH_CALL_OK,
               R"({"found":[{"job":"j1","attempt":2,"uid":"u","epoch":3}],
                   "warnings":["memory limits are not enforced"]})");
  EXPECT_EQ(reply.warnings, std::vector<std::string>{"memory limits are not enforced"});
  ASSERT_EQ(reply.found.size(), 1U);
  EXPECT_EQ(reply.found[0].key, (AttemptKey{"j1", 2}));
  EXPECT_EQ(reply.found[0].epoch, 3);
}

TEST_F(BackendTest, LaunchesAdoptsAndReleases) {
  const LaunchOrder order{
      .key = first_, .name = "j1-a1", .pool = "gpu-a", .workload = R"({"a":1})"};
  auto reply = reply_to([&](BackendDone done) { backend_->launch(order, done); }, BERTH_CALL_OK,
                        R"({"external_ref":"r","uid":"u"})");
  EXPECT_EQ(reply.status, CallStatus::kOk);
  EXPECT_EQ(reply.external_ref, "r");
  EXPECT_EQ(json::parse(script_.calls.back().text)["workload"]["a"], 1);
  reply = reply_to([&](BackendDone done) { backend_->adopt(first_, done); }, BERTH_CALL_OK,
                   R"({"external_ref":"r","uid":"u","status":{"members":[]}})");
  EXPECT_EQ(reply.native_status, R"({"members":[]})");
  reply = reply_to([&](BackendDone done) { backend_->release({.key = first_, .uid = "u"}, done); },
                   BERTH_CALL_OK, R"({"gone":true,"message":"4 processes gone"})");
  EXPECT_EQ(reply.message, "4 processes gone");
  EXPECT_EQ(json::parse(script_.calls.back().text)["uid"], "u");
}

TEST_F(BackendTest, ReportsPools) {
  const auto reply = reply_to([&](BackendDone done) { backend_->pools(done); }, BERTH_CALL_OK,
                              R"({"pools":[{"name":"gpu-a","shapes":[{"sku":"H100","nodes":2,
                                  "gpu_milli":8000,"rooms":[{"nodes":1,"gpu_milli":4000}]}],
                                  "at_most":{"gpu_milli":6000}}]})");
  ASSERT_EQ(reply.pools.size(), 1U);
  EXPECT_EQ(reply.pools[0].shapes[0].nodes, 2);
  EXPECT_EQ(reply.pools[0].shapes[0].rooms[0].gpu_milli, 4000);
  EXPECT_EQ(reply.pools[0].at_most.gpu_milli, 6000);
  EXPECT_EQ(reply.pools[0].at_most.cpu_milli, ReportedBound::kNone);
  EXPECT_FALSE(reply.pools[0].discovered);
}

TEST_F(BackendTest, ReportsPoolsThatItDiscovered) {
  const auto reply = reply_to([&](BackendDone done) { backend_->pools(done); }, BERTH_CALL_OK,
                              R"({"pools":[
      {"name":"west-ml","discovered":true,"owner":"eta","labels":{"gen":"h","":"x","bad":1}},
      {"name":"west-all","discovered":true,"owner":"shared"},
      {"name":"gpu-a","owner":"not its business"}]})");
  ASSERT_EQ(reply.pools.size(), 3U);
  EXPECT_TRUE(reply.pools[0].discovered);
  EXPECT_EQ(reply.pools[0].owner, "eta");
  EXPECT_EQ(reply.pools[0].labels, (std::map<std::string, std::string>{{"gen", "h"}}));
  EXPECT_EQ(reply.pools[1].owner, "");
  EXPECT_EQ(reply.pools[2].owner, "");
}

struct FailureRow {
  berth_call_status status;
  const char* answer;
  CallStatus seen;
  const char* message;
};

TEST_F(BackendTest, TellsFailuresApart) {
  const FailureRow rows[] = {
      {BERTH_CALL_TRANSIENT, R"({"message":"busy"})", CallStatus::kTransient, "busy"},
      {BERTH_CALL_PERMANENT, R"({"message":"never"})", CallStatus::kPermanent, "never"},
      {BERTH_CALL_NOT_FOUND, "", CallStatus::kNotFound, ""},
      {BERTH_CALL_UNKNOWN, "{}", CallStatus::kUnknown, ""},
      {77, "{}", CallStatus::kUnknown, ""},
      {BERTH_CALL_TRANSIENT, "garbage", CallStatus::kTransient, "why cannot be told"},
      {BERTH_CALL_OK, "garbage", CallStatus::kUnknown,
       "what it answered to launch is no good JSON"},
      {BERTH_CALL_OK, "[]", CallStatus::kUnknown, "is no JSON object"},
      {BERTH_CALL_OK, R"({"uid":7})", CallStatus::kUnknown, "has a \"uid\" that is no text"},
  };
  for (const FailureRow& row : rows) {
    const auto reply = reply_to([&](BackendDone done) { backend_->launch({.key = first_}, done); },
                                row.status, row.answer);
    EXPECT_EQ(reply.status, row.seen) << row.answer;
    EXPECT_NE(reply.message.find(row.message), std::string::npos) << reply.message;
  }
}

TEST_F(BackendTest, DoesNotTakeOkForGoneWhenTheAnswerSaysOtherwise) {
  const auto reply = reply_to([&](BackendDone done) { backend_->release({.key = first_}, done); },
                              BERTH_CALL_OK, R"({"gone":false})");
  EXPECT_EQ(reply.status, CallStatus::kUnknown);
}

TEST_F(BackendTest, AnswersUnknownWhenTheFunctionFails) {
  script_.code = 5;
  backend_->health(keep());
  EXPECT_TRUE(replies_.empty()) << "never within the call";
  loop_.run_due();
  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_EQ(replies_[0].status, CallStatus::kUnknown);
  EXPECT_EQ(replies_[0].message, "the backend mine (health) failed with 5");
}

TEST_F(BackendTest, EndsACallOnceHoweverOftenItIsAnswered) {
  reply_to([&](BackendDone done) { backend_->health(done); }, BERTH_CALL_OK, "{}");
  script_.answer_last(BERTH_CALL_PERMANENT, "{}");
  script_.answer(123456789, BERTH_CALL_OK, "{}");
  loop_.run_due();
  EXPECT_EQ(replies_.size(), 1U);
}

TEST_F(BackendTest, TakesAnswersFromOtherThreads) {
  backend_->health(keep());
  std::thread other([&] { script_.answer_last(BERTH_CALL_OK, "{}"); });
  EXPECT_TRUE(loop_.run_until([&] { return !replies_.empty(); }));
  other.join();
  EXPECT_EQ(replies_[0].status, CallStatus::kOk);
}

TEST_F(BackendTest, EndsACallAsUnknownAtItsDeadlineAndIgnoresTheLateAnswer) {
  restart_with_timeout(1);
  backend_->launch({.key = first_}, keep());
  const auto late = script_.calls.back();
  ASSERT_TRUE(loop_.run_until([&] { return !replies_.empty(); }));
  EXPECT_EQ(replies_[0].status, CallStatus::kUnknown);
  EXPECT_EQ(replies_[0].message, "the backend mine (launch) gave no answer in 1 ms");
  script_.answer(late.number, BERTH_CALL_OK, R"({"uid":"late"})");
  loop_.run_due();
  EXPECT_EQ(replies_.size(), 1U);
}

TEST_F(BackendTest, MakesCallsForOneAttemptOneAfterTheOther) {
  backend_->launch({.key = first_}, keep());
  backend_->release({.key = first_}, keep());
  backend_->adopt(first_, keep());
  backend_->launch({.key = second_}, keep());
  EXPECT_EQ(functions_called(), (Names{"launch", "launch"}));
  script_.answer(script_.calls[1].number, BERTH_CALL_OK, "{}");
  loop_.run_due();
  EXPECT_EQ(functions_called(), (Names{"launch", "launch", "release"}));
  script_.answer_last(BERTH_CALL_TRANSIENT, "{}");
  loop_.run_due();
  EXPECT_EQ(functions_called(), (Names{"launch", "launch", "release", "adopt"}));
}

TEST_F(BackendTest, LetsReadingCallsComeBeside) {
  backend_->launch({.key = first_}, keep());
  std::thread other(
      [&] { backend_->logs({.key = first_, .offset = -1, .tail_bytes = 10}, keep()); });
  other.join();
  loop_.run_due();
  EXPECT_EQ(functions_called(), (Names{"launch", "logs"}));
  EXPECT_EQ(json::parse(script_.calls.back().text)["tail"], 10);
  script_.answer_last(BERTH_CALL_OK, R"({"data":"x","next":1})");
  loop_.run_due();
  EXPECT_EQ(replies_.at(0).json, R"({"data":"x","next":1})");
}

TEST_F(BackendTest, FetchesWithHeaders) {
  const FetchRequest request{.key = first_,
                             .endpoint = "dashboard",
                             .method = "GET",
                             .path = "/",
                             .headers = R"({"a":"b"})"};
  const auto reply = reply_to([&](BackendDone done) { backend_->fetch(request, done); },
                              BERTH_CALL_OK, R"({"status":200})");
  EXPECT_EQ(reply.json, R"({"status":200})");
  EXPECT_EQ(json::parse(script_.calls.back().text)["headers"]["a"], "b");
}

TEST_F(BackendTest, FreesTheAttemptsLaneAtADeadline) {
  restart_with_timeout(1);
  backend_->launch({.key = first_}, keep());
  ASSERT_TRUE(loop_.run_until([&] { return !replies_.empty(); }));
  backend_->release({.key = first_}, keep());
  EXPECT_EQ(script_.calls.back().function, "release");
}

TEST_F(BackendTest, EndsACallThatNeverHadItsTurnAsNotDone) {
  HandLoop hand;
  restart(1000, hand);
  backend_->release({.key = first_}, keep());
  backend_->adopt(first_, keep());
  hand.advance(std::chrono::milliseconds(1000));
  EXPECT_EQ(script_.calls.back().function, "release");
  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_EQ(replies_[0].status, CallStatus::kTransient);
  hand.advance(std::chrono::milliseconds(3000));  // a release has four times as long
  ASSERT_EQ(replies_.size(), 2U);
  EXPECT_EQ(replies_[1].status, CallStatus::kUnknown);
  backend_.reset();
}

TEST_F(BackendTest, PassesEventsOn) {
  script_.tell(R"({"kind":"workload","job":"j1","attempt":1,"uid":"u","status":{"members":[]}})");
  script_.tell(R"({"kind":"pools","pools":[{"name":"gpu-a"}]})");
  script_.tell(R"({"kind":"not known yet"})");
  script_.tell("garbage");
  EXPECT_TRUE(events_.workloads.empty());
  loop_.run_due();
  ASSERT_EQ(events_.workloads.size(), 1U);
  EXPECT_EQ(events_.workloads[0].key, first_);
  EXPECT_EQ(events_.workloads[0].native_status, R"({"members":[]})");
  EXPECT_EQ(events_.pools.size(), 1U);
  EXPECT_EQ(instances_.record->calls().faults(), 1);
}

TEST_F(BackendTest, PostsNothingAfterItsEnd) {
  backend_->launch({.key = first_}, keep());
  backend_.reset();
  script_.answer_last(BERTH_CALL_OK, "{}");
  script_.tell(R"({"kind":"pools","pools":[]})");
  EXPECT_EQ(script_.host->now_ms(script_.host->context), 0);
  loop_.run_due();
  EXPECT_TRUE(replies_.empty());
}

TEST_F(BackendTest, MayBeDestroyedByWhoeverIsCalledBack) {
  backend_->launch({.key = first_}, [&](BackendReply) { backend_.reset(); });
  backend_->release({.key = first_}, keep());
  script_.answer(script_.calls[1].number, BERTH_CALL_OK, "{}");
  loop_.run_due();
  EXPECT_EQ(backend_, nullptr);
  EXPECT_TRUE(replies_.empty());
}

TEST_F(BackendTest, BringsItsLateAnswersToAClosedDoorFromAnyThread) {
  const ScriptedBackend late = script_;
  std::atomic<bool> enough = false;
  std::thread other([&] {
    while (!enough) late.tell(R"({"kind":"pools","pools":[{"name":"gpu-a"}]})");
  });
  EXPECT_TRUE(loop_.run_until([&] { return !events_.pools.empty(); }));
  backend_.reset();
  enough = true;
  other.join();
  events_.pools.clear();
  loop_.run_due();
  EXPECT_TRUE(events_.pools.empty());
}

}  // namespace
}  // namespace berth
