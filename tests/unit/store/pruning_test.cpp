#include "store/pruning.hpp"

#include <gtest/gtest.h>

#include "stored.hpp"

namespace berth {
namespace {

void prune_and_wait(Stored& stored, std::int64_t now_ms, int limit) {
  stored->prune(now_ms, limit);
  stored.commit({});  // may go before it
  stored.commit({});  // goes after it
}

void add_ended(Stored& stored, const std::string& id, std::int64_t at_ms) {
  Change change = with_labels(accepting(a_job(id)), R"({"tier":"experiment"})");
  change.decision = DecisionRecord{1, "{}", "now"};
  stored.commit(std::move(change));
  Job job = ended(a_job(id), at_ms);
  job.attempt.number = 1;
  stored.commit(changing(job, "Finished"));
}

TEST(Prune, RemovesAnExpiredJobWithAllThatIsIts) {
  const PrivateFolder folder;
  {
    Stored stored(folder / "berth.db");
    add_ended(stored, "j1", 5'000);
    prune_and_wait(stored, 6'000, 10);
    EXPECT_FALSE(stored->new_reader()->job("j1"));
  }
  Database database(folder / "berth.db", Database::Access::kRead);
  for (const char* table :
       {"jobs", "accepted", "attempts", "events", "labels", "decided", "decisions", "classes"}) {
    const std::string sql = std::string("SELECT count(*) FROM ") + table;
    EXPECT_EQ(database.ask(sql.c_str()), 0) << table;
  }
}

TEST(Prune, KeepsWhatIsYoungUnfinishedOrShared) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  add_ended(stored, "jold", 5'000);
  add_ended(stored, "jyoung", 5'001);
  stored.commit(accepting(a_job("jwaiting")));

  prune_and_wait(stored, 6'000, 10);

  const auto reader = stored->new_reader();
  EXPECT_FALSE(reader->job("jold"));
  ASSERT_TRUE(reader->job("jyoung"));
  EXPECT_EQ(reader->job("jyoung")->wanted->project, "eta");
  EXPECT_EQ(reader->decision("jyoung", 1)->table, "{}");
  EXPECT_TRUE(reader->job("jwaiting"));
}

TEST(Prune, RemovesTheOldestFirstUpToItsLimit) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  add_ended(stored, "j1", 3'000);
  add_ended(stored, "j2", 1'000);
  add_ended(stored, "j3", 2'000);

  prune_and_wait(stored, 100'000, 2);

  const JobPage left = stored->new_reader()->jobs({});
  ASSERT_EQ(left.jobs.size(), 1u);
  EXPECT_EQ(left.jobs[0]->id, "j1");
}

TEST(Prune, KeepsAJobForEverThatIsToLiveForEver) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  Change change = accepting(a_job("j1"));
  change.accepted->ttl_after_finished_ms = -1;
  stored.commit(std::move(change));
  stored.commit(changing(ended(a_job("j1"), 5'000), "Finished"));

  prune_and_wait(stored, std::int64_t{1} << 50, 10);

  EXPECT_TRUE(stored->new_reader()->job("j1"));
}

TEST(Prune, TellsWatchersFromWhereEventsAreWhole) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  add_ended(stored, "j1", 5'000);
  const std::int64_t last = stored->new_reader()->events("", 0, 10).last_sequence;
  stored.commit(accepting(a_job("j2")));

  prune_and_wait(stored, 6'000, 10);

  const EventPage page = stored->new_reader()->events("", 0, 10);
  EXPECT_EQ(page.first_kept, last + 1);
  ASSERT_EQ(page.events.size(), 1u);
  EXPECT_EQ(page.events[0].job, "j2");
}

TEST(Prune, NeverGivesASequenceTwice) {
  const PrivateFolder folder;
  std::int64_t last = 0;
  {
    Stored stored(folder / "berth.db");
    add_ended(stored, "j1", 5'000);
    last = stored->new_reader()->events("", 0, 10).last_sequence;
    prune_and_wait(stored, 6'000, 10);
    EXPECT_EQ(stored->new_reader()->events("", 0, 10).last_sequence, last);
  }
  Stored again(folder / "berth.db");
  EXPECT_GT(again.commit(accepting(a_job("j2"))).sequence, last);
}

TEST(Prune, AJobOfARemovedClassGetsItsClassBack) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  const auto reader = stored->new_reader();
  add_ended(stored, "j1", 5'000);
  EXPECT_EQ(reader->job("j1")->wanted->project, "eta");
  prune_and_wait(stored, 6'000, 10);
  Job other = a_job("j2");
  JobClass wanted = *other.wanted;
  wanted.project = "surge";
  other.wanted = std::make_shared<const JobClass>(wanted);

  stored.commit(accepting(other));
  stored.commit(accepting(a_job("j3")));

  EXPECT_EQ(reader->job("j2")->wanted->project, "surge");
  EXPECT_EQ(reader->job("j3")->wanted->project, "eta");
}

TEST(TrimEvents, KeepsTheNewestAndThoseOfUnfinishedJobs) {
  const PrivateFolder folder;
  StoreSettings settings = settings_for(folder / "berth.db");
  settings.retention.events_max = 2;
  Stored stored(settings);
  stored.commit(accepting(a_job("jwaiting")));
  add_ended(stored, "j1", 5'000);
  add_ended(stored, "j2", 5'000);

  prune_and_wait(stored, 0, 10);

  const EventPage page = stored->new_reader()->events("", 0, 10);
  ASSERT_EQ(page.events.size(), 3u);
  EXPECT_EQ(page.events[0].job, "jwaiting");
  EXPECT_EQ(page.events[1].job, "j2");
  EXPECT_EQ(page.first_kept, page.events[1].sequence);
}

}  // namespace
}  // namespace berth
