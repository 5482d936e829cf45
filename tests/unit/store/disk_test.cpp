#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <future>

#include "flawed_disk.hpp"
#include "store/ballast.hpp"
#include "stored.hpp"

namespace berth {
namespace {

using Outcome = Committed::Outcome;

Change killing(const std::string& id) {
  Job job = a_job(id);
  job.phase = Phase::kKilling;
  job.termination = {"no longer needed", "ada", {2'000, 20, 7}};
  return changing(job, "KillRequested");
}

TEST(FailedSync, EndsTheProcessAndAcknowledgesNothing) {
  const PrivateFolder folder;
  FlawedDisk disk;
  std::promise<std::string> told;
  bool acknowledged = false;
  {
    StoreSettings settings = settings_for(folder / "berth.db");
    settings.on_fatal = [&](const std::string& what) { told.set_value(what); };
    Stored stored(settings);
    stored.commit(accepting(a_job("jbefore")));
    disk->sync_fails = true;
    stored->commit(accepting(a_job("jlost")), [&](const Committed&) { acknowledged = true; });
    const std::string what = told.get_future().get();
    EXPECT_NE(what.find("berth.db"), std::string::npos) << what;
    stored->commit(accepting(a_job("jafter")), [&](const Committed&) { acknowledged = true; });
    disk->sync_fails = false;
    stored.loop().run_due();
  }
  EXPECT_FALSE(acknowledged);
  Stored again(folder / "berth.db");
  EXPECT_TRUE(again->new_reader()->job("jbefore"));
  EXPECT_FALSE(again->new_reader()->job("jafter")) << "written though its predecessor was in doubt";
}

TEST(FailedSyncDeathTest, ExitsWithTheStatusOfAnInputOutputError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const PrivateFolder folder;
  const auto commit_on_a_dying_disk = [&] {
    FlawedDisk disk;
    Stored stored(folder / "berth.db");
    disk->sync_fails = true;
    stored.commit(accepting(a_job("j1")));
  };
  EXPECT_EXIT(commit_on_a_dying_disk(), testing::ExitedWithCode(74), "");
}

TEST(FailedRead, IsFatalToo) {
  const PrivateFolder folder;
  FlawedDisk disk;
  std::string told;
  StoreSettings settings = settings_for(folder / "berth.db");
  settings.on_fatal = [&](const std::string& what) { told = what; };
  Stored stored(settings);
  stored.commit(accepting(a_job("j1")));
  const auto reader = stored->new_reader();

  disk->reads_fail = true;
  const JobPage page = reader->jobs({});
  disk->reads_fail = false;

  EXPECT_TRUE(page.jobs.empty());
  EXPECT_NE(told.find("reading failed"), std::string::npos) << told;
}

TEST(FullDisk, AKillWaitsForRoomAndIsThenDone) {
  const PrivateFolder folder;
  FlawedDisk disk;
  Stored stored(folder / "berth.db");
  stored.commit(accepting(a_job("j1")));
  std::vector<Outcome> outcomes;
  const auto note = [&](const Committed& answer) { outcomes.push_back(answer.outcome); };

  disk->is_full = true;
  stored->commit(killing("j1"), note);
  while (disk->refused_writes < 3) disk->refused_writes.wait(disk->refused_writes);
  stored.loop().run_due();
  EXPECT_TRUE(outcomes.empty());
  disk->is_full = false;

  ASSERT_TRUE(stored.loop().run_until([&] { return outcomes.size() == 1; }));
  EXPECT_EQ(outcomes[0], Outcome::kDone);
  EXPECT_EQ(stored->new_reader()->job("j1")->phase, Phase::kKilling);
}

TEST(FullDisk, ANewJobIsRefusedInWords) {
  const PrivateFolder folder;
  FlawedDisk disk;
  Stored stored(folder / "berth.db");
  stored.commit(accepting(a_job("j1")));

  disk->is_full = true;
  const Committed refused = stored.commit(accepting(a_job("j2")));
  disk->is_full = false;
  const Committed taken = stored.commit(accepting(a_job("j3")));

  EXPECT_EQ(refused.outcome, Outcome::kRefused);
  EXPECT_NE(refused.message.find("full"), std::string::npos) << refused.message;
  EXPECT_EQ(refused.job_id, "j2");
  EXPECT_EQ(taken.outcome, Outcome::kDone);
  EXPECT_FALSE(stored->new_reader()->job("j2"));
}

TEST(DamagedPage, MetWhileRunningEndsTheProcessWithWordsAndAdvice) {
  const PrivateFolder folder;
  const std::filesystem::path file = folder / "berth.db";
  {
    Stored stored(file);
    for (int i = 0; i < 2'000; ++i) stored.commit(accepting(a_job("j" + std::to_string(i))));
  }
  std::string told;
  StoreSettings settings = settings_for(file);
  settings.on_fatal = [&](const std::string& what) { told = what; };
  Stored stored(settings);
  const auto pages = std::filesystem::file_size(file) / 4096;
  std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t page = 30; page < pages; ++page) {
    damage.seekp(static_cast<std::streamoff>(page * 4096));
    damage << std::string(4096, '\xee');
  }
  damage.close();

  const auto reader = stored->new_reader();
  JobFilter all;
  all.limit = 5000;
  EXPECT_TRUE(reader->jobs(all).jobs.empty());

  for (const std::string word : {"reading failed", "malformed", "berth store restore"})
    EXPECT_NE(told.find(word), std::string::npos) << word << " in " << told;
}

TEST(FullDisk, NewJobsAreRefusedWhileAKillWaitsForRoom) {
  const PrivateFolder folder;
  FlawedDisk disk;
  Stored stored(folder / "berth.db");
  stored.commit(accepting(a_job("j1")));
  std::vector<Outcome> kills;
  std::vector<Committed> submits;

  disk->is_full = true;
  stored->commit(killing("j1"), [&](const Committed& done) { kills.push_back(done.outcome); });
  while (disk->refused_writes < 3) disk->refused_writes.wait(disk->refused_writes);
  stored->commit(accepting(a_job("j2")), [&](const Committed& done) { submits.push_back(done); });
  ASSERT_TRUE(stored.loop().run_until([&] { return submits.size() == 1; }));
  EXPECT_EQ(submits[0].outcome, Outcome::kRefused);
  EXPECT_EQ(submits[0].job_id, "j2");
  EXPECT_TRUE(kills.empty());
  EXPECT_NE(stored->trouble().find("full"), std::string::npos) << stored->trouble();

  disk->is_full = false;
  ASSERT_TRUE(stored.loop().run_until([&] { return kills.size() == 1; }));
  EXPECT_EQ(kills[0], Outcome::kDone);
}

// A reader that never ends pins the log: it must not fill the disk.
TEST(LongReader, MakesTheLogGrowToItsLimitAndNotBeyondByNewJobs) {
  const PrivateFolder folder;
  StoreSettings settings = settings_for(folder / "berth.db");
  settings.log_bytes_max = 4 << 20;
  Stored stored(settings);
  stored.commit(accepting(a_job("jfirst")));
  Database outside(settings.file, Database::Access::kRead);
  outside.run("BEGIN");
  outside.ask("SELECT count(*) FROM jobs");

  int taken = 0;
  Committed last;
  for (int i = 0; i < 200 && last.outcome == Outcome::kDone; ++i) {
    Change large = accepting(a_job("j" + std::to_string(i)));
    large.accepted->request = std::string(100'000, 'x');
    last = stored.commit(std::move(large));
    taken += last.outcome == Outcome::kDone;
  }
  EXPECT_EQ(last.outcome, Outcome::kRefused);
  EXPECT_NE(last.message.find("store_log_bytes_max"), std::string::npos) << last.message;
  EXPECT_EQ(stored->trouble(), last.message);
  EXPECT_EQ(stored.commit(killing("jfirst")).outcome, Outcome::kDone);
  EXPECT_LT(std::filesystem::file_size(settings.file.string() + "-wal"), 6u << 20);

  outside.run("COMMIT");
  while (!stored->trouble().empty()) stored.commit({});
  EXPECT_EQ(stored.commit(accepting(a_job("jafter"))).outcome, Outcome::kDone);
  EXPECT_EQ(stored->unfinished_jobs().size(), static_cast<std::size_t>(taken) + 2);
}

// A file system of a few MiB that is really full.
class SmallDisk : public testing::Test {
 protected:
  void SetUp() override {
    mounted_ = mount("tmpfs", (folder_ / "").c_str(), "tmpfs", 0, "size=8m,mode=0700") == 0;
    if (!mounted_) GTEST_SKIP() << "mounting a small file system takes root";
  }
  void TearDown() override {
    if (mounted_) umount2((folder_ / "").c_str(), MNT_DETACH);
  }

  void fill() {
    const int filler = open((folder_ / "filler").c_str(), O_WRONLY | O_CREAT, 0600);
    const std::string block(4096, 'x');
    while (write(filler, block.data(), block.size()) > 0) {
    }
    close(filler);
  }
  void make_room() { unlink((folder_ / "filler").c_str()); }

  StoreSettings settings() {
    StoreSettings settings = settings_for(folder_ / "berth.db");
    settings.ballast_bytes = 2 << 20;
    return settings;
  }

  PrivateFolder folder_;
  bool mounted_ = false;
};

TEST_F(SmallDisk, WhenFullTakesKillsButNoJobsUntilThereIsRoom) {
  Stored stored(settings());
  for (int i = 0; i < 100; ++i) stored.commit(accepting(a_job("j" + std::to_string(i))));
  ASSERT_TRUE(std::filesystem::exists(folder_ / "ballast"));
  fill();

  Change large = accepting(a_job("jlarge"));
  large.accepted->request = std::string(200'000, ' ');
  EXPECT_EQ(stored.commit(large).outcome, Outcome::kRefused);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ballast"));
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(stored.commit(killing("j" + std::to_string(i))).outcome, Outcome::kDone) << i;
  EXPECT_EQ(stored.commit(accepting(a_job("jsmall"))).outcome, Outcome::kRefused);
  EXPECT_EQ(stored->new_reader()->jobs({}).jobs.size(), 100u) << "reading goes on";

  EXPECT_NE(stored->trouble().find("full"), std::string::npos) << stored->trouble();

  make_room();
  while (!stored->trouble().empty()) stored.commit({});  // by itself
  EXPECT_EQ(stored.commit(large).outcome, Outcome::kDone);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "ballast"));
}

TEST_F(SmallDisk, WhenFullOpensAgainOnItsBallast) {
  { Stored(settings()).commit(accepting(a_job("j1"))); }
  fill();

  Stored again(settings());

  EXPECT_EQ(again->unfinished_jobs().size(), 1u);
  EXPECT_EQ(again.commit(killing("j1")).outcome, Outcome::kDone);
}

TEST(BallastFile, TakesItsRoomOnceAndGivesItBack) {
  const PrivateFolder folder;
  Ballast ballast(folder / "ballast", 1 << 20);
  EXPECT_TRUE(ballast.take());
  EXPECT_EQ(std::filesystem::file_size(folder / "ballast"), 1u << 20);
  Ballast next_start(folder / "ballast", 1 << 20);
  EXPECT_TRUE(next_start.take());
  ballast.release();
  EXPECT_FALSE(ballast.is_held());
  EXPECT_FALSE(std::filesystem::exists(folder / "ballast"));
}

TEST(BallastFile, IsNotTakenWhereItDoesNotFit) {
  const PrivateFolder folder;
  Ballast ballast(folder / "ballast", std::int64_t{1} << 60);
  EXPECT_FALSE(ballast.take());
  EXPECT_FALSE(std::filesystem::exists(folder / "ballast"));
}

}  // namespace
}  // namespace berth
