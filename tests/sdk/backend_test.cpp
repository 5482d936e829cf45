#include <gtest/gtest.h>

#include <berth/backend.hpp>
#include <berth/testing.hpp>
#include <future>
#include <mutex>
#include <stdexcept>

namespace berth::testing {
namespace {

// The host's side of a backend: keeps every answer, in the order they came.
class Answers {
 public:
  const berth_backend_host* record() const { return &record_; }
  std::vector<std::string> all() const {
    std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  static void complete(void* context, std::uint64_t call, berth_call_status status,
                       berth_str answer) {
    auto& self = *static_cast<Answers*>(context);
    std::lock_guard lock(self.mutex_);
    self.texts_.push_back(std::to_string(call) + ' ' + std::to_string(status) + ' ' +
                          std::string(as_view(answer)));
  }
  static void event(void* context, berth_str text) {
    auto& self = *static_cast<Answers*>(context);
    std::lock_guard lock(self.mutex_);
    self.texts_.push_back("event " + std::string(as_view(text)));
  }
  static std::int64_t now_ms(void*) { return 1234; }

  const berth_backend_host record_ = {sizeof(berth_backend_host), this, &now_ms, &complete, &event};
  mutable std::mutex mutex_;
  std::vector<std::string> texts_;
};

class Sample : public Backend {
 public:
  static constexpr std::string_view formats[] = {"process/group"};

  void start(Call call, std::string_view cluster) override {
    post_event(R"({"kind":"hello"})");
    call.ok(std::string(cluster) + std::to_string(now().count()));
  }
  void adopt(Call call, std::string_view) override { call.not_found(); }
  void launch(Call, std::string_view) override { throw std::runtime_error("no \"luck\""); }
  void release(Call call, std::string_view) override {
    workers_.submit([call] { call.transient("still there"); });
  }
  void pools(Call) override {}  // forgets to answer
  void health(Call call) override {
    call.ok();
    call.transient("too late to say");
  }
  void logs(Call call, std::string_view) override { call.permanent("no logs", "SubmissionFailed"); }
  void stop(Call call) override { call.ok(); }

 private:
  WorkerPool workers_{1};
};

constexpr berth_plugin kSample = define_backend<Sample>("sample", "1.0.0", "For tests");
const auto& kFunctions = *static_cast<const berth_backend_functions*>(kSample.functions);

class BackendCalls : public ::testing::Test {
 protected:
  BackendCalls() { kFunctions.start(instance(), answers_.record(), 1, as_str("west ")); }
  void* instance() { return plugin_->instance(); }
  std::string last() const { return answers_.all().back(); }

  Answers answers_;
  std::unique_ptr<Plugin> plugin_ = std::make_unique<Plugin>(kSample);
};

TEST_F(BackendCalls, ReachTheClassAndAreAnswered) {
  EXPECT_EQ(answers_.all(),
            (std::vector<std::string>{R"(event {"kind":"hello"})", "1 0 west 1234"}));
  EXPECT_EQ(kFunctions.adopt(instance(), 2, as_str("{}")), 0);
  EXPECT_EQ(last(), R"(2 4 {"message":"not found"})");
  EXPECT_EQ(kFunctions.logs(instance(), 3, as_str("{}")), 0);
  EXPECT_EQ(last(), R"(3 3 {"message":"no logs","reason":"SubmissionFailed"})");
  EXPECT_EQ(kFunctions.fetch(instance(), 4, as_str("{}")), 0);
  EXPECT_EQ(last(), R"(4 3 {"message":"this backend cannot talk to a job's endpoints"})");
}

TEST_F(BackendCalls, ThatThrowAreUnknown) {
  EXPECT_EQ(kFunctions.launch(instance(), 5, as_str("{}")), 0);
  EXPECT_EQ(last(), R"(5 1 {"message":"no \"luck\""})");
}

TEST_F(BackendCalls, ThatAreForgottenAreUnknown) {
  EXPECT_EQ(kFunctions.pools(instance(), 6), 0);
  EXPECT_EQ(last(), R"(6 1 {"message":"the backend dropped the call unanswered"})");
}

TEST_F(BackendCalls, AreAnsweredOnce) {
  EXPECT_EQ(kFunctions.health(instance(), 7), 0);
  EXPECT_EQ(last(), "7 0 {}");
  EXPECT_EQ(answers_.all().size(), 3u);
}

TEST_F(BackendCalls, MayBeAnsweredByAWorkerOrByTheEndOfThePool) {
  EXPECT_EQ(kFunctions.release(instance(), 8, as_str("{}")), 0);
  plugin_.reset();  // joins the workers
  const std::string answer = last();
  EXPECT_TRUE(answer == R"(8 2 {"message":"still there"})" ||
              answer == R"(8 1 {"message":"the backend dropped the call unanswered"})")
      << answer;
}

TEST(WorkerPool, RefusesMoreThanMayWaitAndDropsWhatWaitsAtTheEnd) {
  Answers answers;
  std::promise<void> started;
  std::promise<void> release;
  {
    WorkerPool pool(1, 1);
    EXPECT_TRUE(pool.submit([&] {
      started.set_value();
      release.get_future().wait();
    }));
    started.get_future().wait();
    const Call waiting(answers.record(), 1);
    EXPECT_TRUE(pool.submit([waiting] {}));
    EXPECT_FALSE(pool.submit([] {}));
    release.set_value();
  }
  EXPECT_EQ(answers.all().size(), 1u);
}

TEST(WorkerPool, OutlivesATaskThatThrows) {
  Answers answers;
  std::promise<void> done;
  WorkerPool pool(1);
  pool.submit([call = Call(answers.record(), 1)] { throw std::runtime_error("on purpose"); });
  pool.submit([&] { done.set_value(); });
  done.get_future().wait();
  EXPECT_EQ(answers.all(), std::vector<std::string>{
                               R"(1 1 {"message":"the backend dropped the call unanswered"})"});
}

}  // namespace
}  // namespace berth::testing
