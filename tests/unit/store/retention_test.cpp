// Every limit of what is kept, reached.
#include <gtest/gtest.h>

#include "stored.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

class Kept : public testing::Test {
 protected:
  Kept() { settings_.group_max = 1; }

  void add_ended(Stored& stored, const std::string& id, std::int64_t at_ms,
                 std::int64_t ttl_ms = 1'000) {
    Change change = accepting(a_job(id));
    change.accepted->ttl_after_finished_ms = ttl_ms;
    stored.commit(std::move(change));
    Job job = ended(a_job(id), at_ms);
    job.attempt.number = 1;
    job.attempt.cluster = "west";
    Change end = changing(job, "Finished");
    end.decision = DecisionRecord{1, "{\"of\":\"" + id + "\"}"};
    end.events.back().at_ms = at_ms;
    stored.commit(std::move(end));
  }

  void prune(Stored& stored, std::int64_t now_ms) {
    removed_.clear();
    stored->prune(now_ms, 1'000'000, [this](const std::vector<RemovedAttempt>& attempts) {
      for (const RemovedAttempt& each : attempts)
        removed_.push_back(each.job + "-a" + std::to_string(each.attempt) + "@" + each.cluster);
    });
    // Small slices, each after a group; more than enough of them.
    for (int i = 0; i < 30; ++i) stored.commit({});
  }

  std::vector<std::string> jobs(Stored& stored) {
    std::vector<std::string> ids;
    for (const auto& job : stored->new_reader()->jobs({}).jobs) ids.push_back(job->id);
    return ids;
  }

  PrivateFolder folder_;
  StoreSettings settings_ = settings_for(folder_ / "berth.db");
  std::vector<std::string> removed_;  // by the last prune()
};

using Ids = std::vector<std::string>;

TEST(TimeForPruning, IsNeverAheadOfEitherClock) {
  const struct {
    const char* name;
    Stamp began;
    Stamp now;
    std::int64_t time_ms;
  } rows[] = {
      {"both go on", {1'000, 10, 7}, {5'000, 4'010, 7}, 5'000},
      {"set ahead", {1'000, 10, 7}, {900'000, 4'010, 7}, 5'000},
      {"set back", {90'000, 10, 7}, {5'000, 4'010, 7}, 5'000},
  };
  for (const auto& row : rows)
    EXPECT_EQ(time_for_pruning(row.began, row.now), row.time_ms) << row.name;
}

TEST_F(Kept, ByNumberTheNextToExpireGoesFirst) {
  settings_.retention.finished_jobs_max = 2;
  Stored stored(settings_);
  add_ended(stored, "jlong", 1'000, 900'000);
  add_ended(stored, "jshort", 2'000, 100'000);
  add_ended(stored, "jever", 500, -1);
  stored.commit(accepting(a_job("jwaiting")));
  prune(stored, 3'000);
  EXPECT_EQ(jobs(stored), (Ids{"jwaiting", "jever", "jlong"}));
  EXPECT_EQ(removed_, (Ids{"jshort-a1@west"}));
}

TEST_F(Kept, WithoutLimitsAllStay) {
  Stored stored(settings_);
  for (int i = 0; i < 60; ++i) {
    const std::string id = "j" + std::to_string(i);
    Change change = accepting(a_job(id));
    change.accepted->request = std::string(100'000, 'x');
    change.accepted->ttl_after_finished_ms = -1;
    stored.commit(std::move(change));
    if (i > 0) stored.commit(changing(ended(a_job(id), 1'000 + i), "Finished"));
  }
  prune(stored, 5'000);
  EXPECT_EQ(jobs(stored).size(), 60u);
}

TEST_F(Kept, ByBytesFinishedJobsGoUntilTheFileIsSmallEnough) {
  settings_.retention.bytes_max = 3 << 20;
  {
    Stored stored(settings_);
    for (int i = 0; i < 60; ++i) {
      const std::string id = "j" + std::to_string(i);
      Change change = accepting(a_job(id));
      change.accepted->request = std::string(100'000, 'x');
      change.accepted->ttl_after_finished_ms = -1;
      stored.commit(std::move(change));
      if (i > 0) stored.commit(changing(ended(a_job(id), 1'000 + i), "Finished"));
    }
    prune(stored, 5'000);
    EXPECT_LT(jobs(stored).size(), 60u);
    EXPECT_TRUE(stored->new_reader()->job("j0")) << "it has not ended";
  }
  Database database(settings_.file, Database::Access::kRead);
  const auto used =
      database.ask("PRAGMA page_count") - database.ask("PRAGMA freelist_count");
  EXPECT_LE(used * 4096, 3 << 20);
}

TEST_F(Kept, RoomOfWhatWasRemovedIsUsedAgain) {
  settings_.retention.bytes_max = 3 << 20;
  std::uintmax_t size_after_one = 0;
  for (int round = 0; round < 4; ++round) {
    {
      Stored stored(settings_);
      for (int i = 0; i < 40; ++i) {
        const std::string id = "j" + std::to_string(round) + "-" + std::to_string(i);
        Change change = accepting(a_job(id));
        change.accepted->request = std::string(100'000, 'x');
        stored.commit(std::move(change));
        stored.commit(changing(ended(a_job(id), 1'000 + i), "Finished"));
      }
      prune(stored, 900'000'000);
    }
    const std::uintmax_t size = fs::file_size(settings_.file);
    if (round == 0) size_after_one = size;
    EXPECT_LE(size, size_after_one + (1 << 20)) << "round " << round;
  }
}

TEST_F(Kept, EventsByAge) {
  settings_.retention.events_age_ms = 10'000;
  Stored stored(settings_);
  add_ended(stored, "jold", 1'000, -1);
  add_ended(stored, "jyoung", 15'000, -1);
  prune(stored, 20'000);
  const auto reader = stored->new_reader();
  EXPECT_TRUE(reader->job("jold"));
  EXPECT_TRUE(reader->events("jold", 0, 10).events.empty());
  const auto young = reader->events("jyoung", 0, 10).events;
  ASSERT_FALSE(young.empty());
  EXPECT_EQ(young.back().kind, "Finished");
  EXPECT_GT(reader->events("", 0, 10).first_kept, 1);
}

TEST_F(Kept, DecisionsByNumberAndAge) {
  settings_.retention.decisions_max = 2;
  settings_.retention.decisions_age_ms = 10'000;
  Stored stored(settings_);
  for (const int at : {1, 2, 3, 4})
    add_ended(stored, "j" + std::to_string(at), at * 10'000, -1);
  prune(stored, 41'000);  // two are too many, and of those left one is too old
  const auto reader = stored->new_reader();
  EXPECT_FALSE(reader->decision("j1", 1));
  EXPECT_FALSE(reader->decision("j2", 1));
  EXPECT_FALSE(reader->decision("j3", 1));
  EXPECT_TRUE(reader->decision("j4", 1));
  EXPECT_EQ(jobs(stored).size(), 4u);
}

TEST_F(Kept, ThousandsGoInSlicesAndCommitsGoBetween) {
  Stored stored(settings_for(folder_ / "many.db"));
  std::vector<Change> changes;
  for (int i = 0; i < 3'000; ++i) {
    const std::string id = "j" + std::to_string(i);
    changes.push_back(accepting(a_job(id)));
    changes.push_back(changing(ended(a_job(id), 1'000), "Finished"));
  }
  stored.commit_all(std::move(changes));
  stored->prune(10'000'000, 1'000'000);
  int between = 0;
  while (!jobs(stored).empty() && between < 10'000) {
    stored.commit({});
    ++between;
  }
  EXPECT_TRUE(jobs(stored).empty());
  EXPECT_GT(between, 10) << "it went in few large pieces";
}

}  // namespace
}  // namespace berth
