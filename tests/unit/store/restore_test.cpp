#include "store/restore.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <future>

#include "store/high_water.hpp"
#include "stored.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

Error back_up(Stored& stored, const fs::path& target) {
  std::optional<Error> answer;
  stored->back_up(target, [&](Result<void> done) {
    answer = done ? Error{"Done", ""} : done.error();
  });
  stored.loop().run_until([&] { return answer.has_value(); });
  return answer.value_or(Error{"Never", ""});
}

class Restoring : public testing::Test {
 protected:
  void damage(const fs::path& file, std::streamoff from, std::size_t bytes) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(from);
    out << std::string(bytes, '\xee');
  }

  PrivateFolder folder_;
  const fs::path file_ = folder_ / "berth.db";
  const fs::path backup_ = folder_ / "backup.db";
};

TEST_F(Restoring, BringsBackWhatTheBackupHolds) {
  std::string instance;
  {
    Stored stored(file_);
    instance = stored->identity().instance;
    stored.commit(accepting(a_job("jthen")));
    stored.commit(accepting(a_job("jended")));
    stored.commit(changing(ended(a_job("jended"), 5'000), "Finished"));
    ASSERT_EQ(back_up(stored, backup_).code, "Done");
    stored.commit(accepting(a_job("jsince")));
  }
  const auto restored = restore_store(backup_, file_, 77'000);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->facts.jobs, 2);
  EXPECT_EQ(restored->facts.unfinished, 1);
  EXPECT_EQ(restored->held, 1);
  EXPECT_EQ(restored->facts.mark.epoch, 2);
  EXPECT_EQ(restored->facts.mark.instance, instance);
  EXPECT_TRUE(fs::exists(backup_));
  {
    Stored again(file_);
    EXPECT_EQ(again->identity().epoch, 2) << "not noticed as an older file once more";
    EXPECT_TRUE(again->new_reader()->job("jthen")->held);
    EXPECT_FALSE(again->new_reader()->job("jended")->held);
    EXPECT_FALSE(again->new_reader()->job("jsince"));
  }
  const auto kept = check_store(restored->kept);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->facts.jobs, 3) << "what was there before is kept";
}

TEST_F(Restoring, TakesTheLogOfAKilledDaemonAside) {
  {
    Stored stored(file_);
    stored.commit(accepting(a_job("j1")));
    ASSERT_EQ(back_up(stored, backup_).code, "Done");
    stored.commit(accepting(a_job("j2")));
    fs::copy_file(file_.string() + "-wal", folder_ / "log");
    fs::copy_file(file_, folder_ / "file");
  }
  fs::copy_file(folder_ / "file", file_, fs::copy_options::overwrite_existing);
  fs::copy_file(folder_ / "log", file_.string() + "-wal");

  const auto restored = restore_store(backup_, file_, 77'000);

  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_FALSE(fs::exists(file_.string() + "-wal"));
  EXPECT_EQ(check_store(restored->kept)->facts.jobs, 2);
  EXPECT_EQ(Stored(file_)->unfinished_jobs().size(), 1u);
}

TEST_F(Restoring, IntoAnEmptyFolderAndOverADamagedStore) {
  {
    Stored stored(file_);
    stored.commit(accepting(a_job("j1")));
    ASSERT_EQ(back_up(stored, backup_).code, "Done");
  }
  const PrivateFolder fresh;
  EXPECT_TRUE(restore_store(backup_, fresh / "berth.db", 1));
  EXPECT_EQ(Stored(fresh / "berth.db")->identity().epoch, 2);

  std::ofstream(file_, std::ios::trunc) << std::string(10'000, '\0');
  EXPECT_TRUE(restore_store(backup_, file_, 1));
  EXPECT_EQ(Stored(file_)->identity().epoch, 2);
}

TEST_F(Restoring, ChangesNothingForADamagedBackup) {
  {
    Stored stored(file_);
    for (int i = 0; i < 300; ++i) stored.commit(accepting(a_job("j" + std::to_string(i))));
    ASSERT_EQ(back_up(stored, backup_).code, "Done");
  }
  damage(backup_, 4096 * 12 + 8, 3000);
  const auto restored = restore_store(backup_, file_, 1);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, "CorruptStore");
  EXPECT_NE(restored.error().message.find("nothing was changed"), std::string::npos)
      << restored.error().message;
  Stored again(file_);
  EXPECT_EQ(again->unfinished_jobs().size(), 300u);
  EXPECT_EQ(again->identity().epoch, 1);
}

TEST_F(Restoring, RefusesABackupOfAnotherBerth) {
  { Stored stored(file_); }
  ASSERT_TRUE(write_high_water(high_water_file(file_), {"fedcba9876543210", 4, 9}));
  fs::copy_file(file_, backup_);
  const auto restored = restore_store(backup_, file_, 1);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, "StrangeStore");
}

TEST_F(Restoring, EpochsOnlyRise) {
  {
    Stored stored(file_);
    stored.commit(accepting(a_job("j1")));
    ASSERT_EQ(back_up(stored, backup_).code, "Done");
  }
  for (std::int64_t epoch = 2; epoch <= 4; ++epoch) {
    const auto restored = restore_store(backup_, file_, epoch * 1000);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->facts.mark.epoch, epoch);
  }
}

TEST_F(Restoring, ABackupOfALiveStoreIsWholeWhileItIsWritten) {
  Stored stored(file_);
  for (int i = 0; i < 200; ++i) {
    Change large = accepting(a_job("j" + std::to_string(i)));
    large.accepted->request = std::string(30'000, 'x');
    stored.commit(std::move(large));
  }
  bool is_done = false;
  stored->back_up(backup_, [&](Result<void> done) { is_done = bool(done); });
  int meanwhile = 0;
  while (!is_done) stored.commit(accepting(a_job("k" + std::to_string(meanwhile++))));

  const auto check = check_store(backup_);
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_TRUE(check->damage.empty()) << check->damage.front();
  EXPECT_GE(check->facts.jobs, 200);
  EXPECT_LE(check->facts.jobs, 200 + meanwhile);
  EXPECT_GT(meanwhile, 1) << "others had their turn between";
}

TEST_F(Restoring, ABackupDoesNotReplaceAFile) {
  Stored stored(file_);
  std::ofstream(backup_.string() + ".partial") << "of one that was killed";
  EXPECT_EQ(back_up(stored, backup_).code, "Done");
  EXPECT_EQ(back_up(stored, folder_ / "nowhere" / "b.db").code, "StoreUnavailable");
}

struct FlawRow {
  const char* name;
  const char* sql;
  const char* word;
};

TEST(Checking, FindsWhatSqliteWouldNot) {
  const FlawRow rows[] = {
      {"class", "DELETE FROM classes", "lost what they want"},
      {"request", "DELETE FROM accepted", "lost their request"},
      {"attempt", "DELETE FROM attempts", "lost their newest attempt"},
      {"decision", "DELETE FROM decisions", "lost their decision"},
  };
  for (const FlawRow& row : rows) {
    const PrivateFolder folder;
    const fs::path file = folder / "berth.db";
    {
      Stored stored(file);
      Job job = a_job("j1");
      stored.commit(accepting(job));
      job.attempt.number = 1;
      Change change = changing(job, "Scheduled");
      change.decision = DecisionRecord{1, "{}"};
      stored.commit(std::move(change));
    }
    EXPECT_TRUE(check_store(file)->damage.empty()) << row.name;
    Database(file, Database::Access::kWrite).run(row.sql);
    const auto check = check_store(file);
    ASSERT_TRUE(check) << row.name;
    ASSERT_EQ(check->damage.size(), 1u) << row.name;
    EXPECT_NE(check->damage[0].find(row.word), std::string::npos) << check->damage[0];
  }
}

}  // namespace
}  // namespace berth
