#include "plugins/batch_guard.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <stdexcept>

#include "made_instance.hpp"
#include "plugin_folder.hpp"
#include "plugins/filter_instance.hpp"
#include "plugins/scorer_instance.hpp"

namespace berth {
namespace {

// A filter whose answer to each call is the test's.
struct ScriptedFilter {
  std::function<std::int32_t(berth_verdict*)> answer = [](berth_verdict* verdicts) {
    verdicts[0] = {.kind = BERTH_FITS};
    return 0;
  };
  int calls = 0;
};

class Guarded : public testing::Test {
 protected:
  Guarded() : batch_(1), filter_(instances_.make(&script_, descriptor())) {}

  static Descriptor descriptor() {
    Descriptor descriptor;
    descriptor.kind = BERTH_KIND_FILTER;
    descriptor.reasons[3] = {"Full", "needs {want}"};
    descriptor.table =
        berth_filter_functions{sizeof(berth_filter_functions),
                               [](void* self, const berth_batch*, berth_verdict* verdicts) {
                                 auto& script = *static_cast<ScriptedFilter*>(self);
                                 ++script.calls;
                                 return script.answer(verdicts);
                               }};
    return descriptor;
  }

  bool run() { return filter_.filter(batch_.record, batch_.verdicts.data()); }
  void fail_from_now_on() {
    script_.answer = [](berth_verdict*) { return 1; };
  }
  void work_from_now_on() { script_.answer = ScriptedFilter().answer; }

  MadeInstances instances_;
  ScriptedFilter script_;
  EmptyBatch batch_;
  FilterInstance filter_;
};

TEST_F(Guarded, AnswersAndCounts) {
  EXPECT_TRUE(run());
  EXPECT_EQ(instances_.record->calls().calls(), 1);
  EXPECT_EQ(instances_.record->calls().faults(), 0);
}

TEST_F(Guarded, GivesNoAnswerWhenTheFunctionFails) {
  fail_from_now_on();
  EXPECT_FALSE(run());
  EXPECT_EQ(instances_.record->calls().faults(), 1);
}

TEST_F(Guarded, GivesNoAnswerWhenTheFunctionThrows) {
  script_.answer = [](berth_verdict*) -> std::int32_t { throw std::runtime_error("no"); };
  EXPECT_FALSE(run());
  EXPECT_EQ(instances_.record->calls().faults(), 1);
}

TEST_F(Guarded, GivesNoAnswerWhenAVerdictWasLeftOut) {
  script_.answer = [](berth_verdict*) { return 0; };
  EXPECT_FALSE(run());
}

TEST_F(Guarded, TakesOnlyReasonsOfTheTable) {
  script_.answer = [](berth_verdict* verdicts) {
    verdicts[0] = {.kind = BERTH_NOT_NOW, .reason = 3, .want = 5};
    return 0;
  };
  EXPECT_TRUE(run());
  EXPECT_EQ(filter_.explain(batch_.verdicts[0]).text, "needs 5");
  script_.answer = [](berth_verdict* verdicts) {
    verdicts[0] = {.kind = BERTH_NOT_NOW, .reason = 4};
    return 0;
  };
  EXPECT_FALSE(run());
  EXPECT_EQ(filter_.explain(batch_.verdicts[0]).name, "Unknown");
}

TEST_F(Guarded, RestsAfterFiveFaultsInARow) {
  fail_from_now_on();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(run());
  work_from_now_on();
  EXPECT_FALSE(run());
  EXPECT_EQ(script_.calls, 5);
}

TEST_F(Guarded, DoesNotRestWhenAGoodCallComesBetween) {
  for (int i = 0; i < 10; ++i) {
    fail_from_now_on();
    for (int fault = 0; fault < 4; ++fault) EXPECT_FALSE(run());
    work_from_now_on();
    EXPECT_TRUE(run());
  }
}

TEST_F(Guarded, WorksAgainWhenItsProbeAfterTheRestIsGood) {
  fail_from_now_on();
  for (int i = 0; i < 5; ++i) run();
  work_from_now_on();
  instances_.time.now += Budgets().pause_ns - 1;
  EXPECT_FALSE(run());
  instances_.time.now += 1;
  EXPECT_TRUE(run());
  EXPECT_TRUE(run());
}

TEST_F(Guarded, RestsAgainWhenItsProbeFails) {
  fail_from_now_on();
  for (int i = 0; i < 5; ++i) run();
  instances_.time.now += Budgets().pause_ns;
  EXPECT_FALSE(run());
  EXPECT_EQ(script_.calls, 6);
  work_from_now_on();
  EXPECT_FALSE(run());
  EXPECT_EQ(script_.calls, 6);
}

TEST_F(Guarded, UsesALateAnswerButCountsItAsAFault) {
  script_.answer = [&](berth_verdict* verdicts) {
    instances_.time.now += Budgets().late_ns + 1;
    verdicts[0] = {.kind = BERTH_FITS};
    return 0;
  };
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(run());
  EXPECT_EQ(instances_.record->calls().faults(), 5);
  EXPECT_FALSE(run());
}

TEST_F(Guarded, TakesTheMedianOfItsLastCalls) {
  for (const std::int64_t took_ns : {30, 10, 20}) {
    script_.answer = [&](berth_verdict* verdicts) {
      instances_.time.now += took_ns;
      verdicts[0] = {.kind = BERTH_FITS};
      return 0;
    };
    run();
  }
  std::vector<std::int64_t> durations_ns;
  instances_.record->calls().add_recent_to(durations_ns);
  EXPECT_EQ(median(durations_ns), 20);
}

struct ScoreRow {
  double score;
  bool usable;
  double used;
  int faults;
};

TEST(Scores, AreClampedAndWhatIsNoNumberIsUseless) {
  const ScoreRow rows[] = {{0, true, 0, 0},   {1, true, 1, 0},  {0.5, true, 0.5, 0},
                           {7, true, 1, 1},   {-1, true, 0, 1}, {INFINITY, true, 1, 1},
                           {NAN, false, 0, 1}};
  for (const ScoreRow& row : rows) {
    MadeInstances instances;
    double score = row.score;
    Descriptor descriptor;
    descriptor.kind = BERTH_KIND_SCORER;
    descriptor.table = berth_scorer_functions{sizeof(berth_scorer_functions),
                                              [](void* self, const berth_batch*, double* scores) {
                                                scores[0] = *static_cast<double*>(self);
                                                return 0;
                                              }};
    ScorerInstance scorer(instances.make(&score, descriptor));
    EmptyBatch batch(1);
    EXPECT_EQ(scorer.score(batch.record, batch.scores.data()), row.usable) << row.score;
    if (row.usable) {
      EXPECT_EQ(batch.scores[0], row.used);
    }
    EXPECT_EQ(instances.record->calls().faults(), row.faults) << row.score;
  }
}

TEST(FlawedFilters, AreContainedAndCounted) {
  PluginFolder folder;
  for (const char* flaw : {"throws", "wild_kind", "wild_reason"}) folder.add_flawed(flaw);
  const auto catalog = folder.load();
  for (const std::string flaw : {"throws", "wild_kind", "wild_reason"}) {
    const auto filter = catalog->make_filter(flaw, nullptr);
    ASSERT_TRUE(filter) << filter.error().message;
    EmptyBatch batch(3);
    EXPECT_FALSE((*filter)->filter(batch.record, batch.verdicts.data())) << flaw;
    EXPECT_EQ(row_of(*catalog, flaw + ".so").faults, 1) << flaw;
  }
}

TEST(FlawedFilters, ThatAreSlowOpenTheBreaker) {
  PluginFolder folder;
  folder.add_flawed("slow");
  const auto catalog = folder.load();
  const auto filter = catalog->make_filter("slow", nullptr);
  EmptyBatch batch(1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE((*filter)->filter(batch.record, batch.verdicts.data()));
  }
  EXPECT_FALSE((*filter)->filter(batch.record, batch.verdicts.data()));
  EXPECT_EQ(row_of(*catalog, "slow.so").faults, 5);
  EXPECT_GE(row_of(*catalog, "slow.so").median_ns, 20'000'000);
}

TEST(FlawedScorers, AreContained) {
  PluginFolder folder;
  folder.add_flawed("wild_scores");
  const auto catalog = folder.load();
  const auto scorer = catalog->make_scorer("wild_scores", nullptr);
  EmptyBatch batch(4);
  EXPECT_FALSE((*scorer)->score(batch.record, batch.scores.data()));
}

}  // namespace
}  // namespace berth
