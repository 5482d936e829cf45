#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/group_commit.hpp"
#include "store/opening.hpp"
#include "store/store_file.hpp"
#include "stored.hpp"

namespace berth {
namespace {

using Outcome = Committed::Outcome;

TEST(Commit, ShowsAJobOnceItIsAcknowledged) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  const auto reader = stored->new_reader();
  EXPECT_FALSE(reader->job("j1"));

  const Committed answer = stored.commit(accepting(a_job("j1")));

  EXPECT_EQ(answer.outcome, Outcome::kDone);
  EXPECT_EQ(answer.job_id, "j1");
  EXPECT_GT(answer.sequence, 0);
  ASSERT_TRUE(reader->job("j1"));
  EXPECT_EQ(reader->job("j1")->name, "train");
  EXPECT_EQ(reader->request("j1")->bytes, R"({"type":"command"})");
}

TEST(Commit, AnswersInTheOrderOfTheCalls) {
  const PrivateFolder folder;
  StoreSettings settings = settings_for(folder / "berth.db");
  settings.group_max = 7;
  Stored stored(settings);
  std::vector<Change> changes;
  for (int i = 0; i < 100; ++i) changes.push_back(accepting(a_job("j" + std::to_string(i))));

  const std::vector<Committed> answers = stored.commit_all(std::move(changes));

  ASSERT_EQ(answers.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(answers[i].job_id, "j" + std::to_string(i));
  for (int i = 1; i < 100; ++i) EXPECT_LT(answers[i - 1].sequence, answers[i].sequence);
}

TEST(Commit, WritesWhatIsQueuedBeforeItCloses) {
  const PrivateFolder folder;
  int answered = 0;
  QueueLoop loop;
  StillClock clock;
  CountingChance chance;
  {
    const auto store =
        SqliteStore::open(settings_for(folder / "berth.db"), loop, clock, chance).value();
    for (int i = 0; i < 50; ++i)
      store->commit(accepting(a_job("j" + std::to_string(i))),
                    [&](const Committed&) { ++answered; });
  }
  EXPECT_EQ(answered, 0) << "answers belong on the loop";
  loop.run_due();
  EXPECT_EQ(answered, 50);
  Stored again(folder / "berth.db");
  EXPECT_EQ(again->unfinished_jobs().size(), 50u);
}

// One group, for certain.
class OneGroup {
 public:
  explicit OneGroup(const std::filesystem::path& file) : settings_(settings_for(file)) {
    settings_.file = prepare_store_file(file).value();
    settings_.on_fatal = [](const std::string& what) { FAIL() << what; };
    Database database = open_for_writing(settings_.file).value();
    commits_.emplace(std::move(database), settings_, HighWaterMark{}, health_,
                     [] { return false; });
  }

  std::vector<Committed> write(std::vector<Change> changes) {
    std::vector<QueuedChange> group;
    for (Change& change : changes) group.push_back({std::move(change), {}, {}});
    EXPECT_TRUE(commits_->write(group));
    std::vector<Committed> answers;
    for (QueuedChange& queued : group) answers.push_back(queued.answer);
    return answers;
  }

 private:
  StoreSettings settings_;
  StoreHealth health_;
  std::optional<GroupCommit> commits_;
};

TEST(Commit, ABadRowFailsAloneInItsGroup) {
  const PrivateFolder folder;
  {
    OneGroup group(folder / "berth.db");
    Change second_of_that_id = accepting(a_job("j1"));
    second_of_that_id.job->name = "thief";
    const auto answers =
        group.write({accepting(a_job("j1")), std::move(second_of_that_id), accepting(a_job("j2"))});

    EXPECT_EQ(answers[0].outcome, Outcome::kDone);
    EXPECT_EQ(answers[1].outcome, Outcome::kRefused);
    EXPECT_NE(answers[1].message.find("UNIQUE"), std::string::npos) << answers[1].message;
    EXPECT_EQ(answers[2].outcome, Outcome::kDone);
  }
  Stored stored(folder / "berth.db");
  EXPECT_EQ(stored->new_reader()->job("j1")->name, "train");
  EXPECT_TRUE(stored->new_reader()->job("j2"));
  EXPECT_EQ(stored->new_reader()->events("", 0, 10).events.size(), 2u) << "nothing of the bad one";
}

TEST(Commit, AClassOfARefusedChangeIsStoredWithTheNextJobOfIt) {
  const PrivateFolder folder;
  OneGroup group(folder / "berth.db");
  Random random(1);
  Job bad = random_job("", random);
  Job good = bad;
  good.id = "j1";

  const auto answers = group.write({accepting(bad), accepting(good)});

  EXPECT_EQ(answers[0].outcome, Outcome::kRefused);
  EXPECT_EQ(answers[1].outcome, Outcome::kDone);
  Stored stored(folder / "berth.db");
  EXPECT_EQ(*stored->new_reader()->job("j1")->wanted, *good.wanted);
}

TEST(Commit, TheSameKeyTwiceInOneGroupMakesOneJob) {
  const PrivateFolder folder;
  OneGroup group(folder / "berth.db");

  const auto answers = group.write({with_key(accepting(a_job("j1")), "k", "body"),
                                    with_key(accepting(a_job("j2")), "k", "body"),
                                    with_key(accepting(a_job("j3")), "k", "another body")});

  EXPECT_EQ(answers[0].outcome, Outcome::kDone);
  EXPECT_EQ(answers[1].outcome, Outcome::kRepeated);
  EXPECT_EQ(answers[1].job_id, "j1");
  EXPECT_EQ(answers[2].outcome, Outcome::kConflict);
}

TEST(Commit, AChangeOfAnUnknownJobIsRefused) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");

  const Committed answer = stored.commit(changing(a_job("jgone"), "Held"));

  EXPECT_EQ(answer.outcome, Outcome::kRefused);
  EXPECT_NE(answer.message.find("jgone"), std::string::npos);
  EXPECT_TRUE(stored->new_reader()->events("", 0, 10).events.empty());
}

TEST(Commit, LabelsThatAreNoJsonAreRefused) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");

  EXPECT_EQ(stored.commit(with_labels(accepting(a_job("j1")), "{tier")).outcome, Outcome::kRefused);
  EXPECT_FALSE(stored->new_reader()->job("j1"));
}

TEST(Commit, KeepsEveryAttemptOfAJob) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  Random random(2);
  Job job = a_job("j1");
  stored.commit(accepting(job));
  std::vector<Attempt> made;
  for (int number = 1; number <= 3; ++number) {
    job.attempt = random_attempt(number, random);
    stored.commit(changing(job, "Scheduled"));
    job.attempt.message = "changed";
    stored.commit(changing(job, "Launching"));
    made.push_back(job.attempt);
  }

  EXPECT_EQ(stored->new_reader()->attempts("j1"), made);
  EXPECT_EQ(stored->new_reader()->job("j1")->attempt, made.back());
}

TEST(Commit, StoresEqualDecisionsOnce) {
  const PrivateFolder folder;
  {
    Stored stored(folder / "berth.db");
    for (const char* id : {"j1", "j2"}) {
      Change change = accepting(a_job(id));
      change.decision = DecisionRecord{1, std::string("gpu-a\0", 6), id};
      stored.commit(std::move(change));
    }
    const auto reader = stored->new_reader();
    for (const char* id : {"j1", "j2"}) {
      EXPECT_EQ(reader->decision(id, 1)->table, std::string("gpu-a\0", 6));
      EXPECT_EQ(reader->decision(id, 1)->moment, id);
    }
    EXPECT_FALSE(reader->decision("j1", 2));
  }
  Database database(folder / "berth.db", Database::Access::kRead);
  EXPECT_EQ(database.ask("SELECT count(*) FROM decisions"), 1);
}

TEST(Commit, KeepsTheLastMarkOfACluster) {
  const PrivateFolder folder;
  {
    Stored stored(folder / "berth.db");
    Change change;
    change.mark = ClusterMark{"west", "cordoned", "new kernel", "ada", 5};
    change.events = {Event{.kind = "Cordoned", .message = "west"}};
    EXPECT_GT(stored.commit(change).sequence, 0);
    change.mark->state = "draining";
    stored.commit(change);
  }
  Stored stored(folder / "berth.db");
  const auto marks = stored->cluster_marks();
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].state, "draining");
  EXPECT_EQ(marks[0].reason, "new kernel");
}

TEST(Commit, NobodyElseMayReadTheFiles) {
  const PrivateFolder folder;
  const mode_t before = umask(0);
  Stored stored(folder / "berth.db");
  stored.commit(accepting(a_job("j1")));
  umask(before);
  for (const char* name : {"berth.db", "berth.db-wal", "berth.db-shm"}) {
    struct stat found {};
    ASSERT_EQ(stat((folder / name).c_str(), &found), 0) << name;
    EXPECT_EQ(found.st_mode & 0777, 0600u) << name;
  }
}

}  // namespace
}  // namespace berth
