// An older file, another file or none in the place of the store.
#include "store/epochs.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <future>

#include "store/high_water.hpp"
#include "stored.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

class Place : public testing::Test {
 protected:
  Error error_of_opening() {
    QueueLoop loop;
    StillClock clock;
    CountingChance chance;
    auto opened = SqliteStore::open(settings_for(file_), loop, clock, chance);
    return opened ? Error{"Opened", ""} : opened.error();
  }
  void put(const fs::path& from, const fs::path& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  }

  PrivateFolder folder_;
  const fs::path file_ = folder_ / "berth.db";
  const fs::path copy_ = folder_ / "copy.db";
};

TEST_F(Place, TheSameFileAgainIsOfTheSameEpoch) {
  for (int start = 0; start < 3; ++start) {
    Stored stored(file_);
    EXPECT_EQ(stored->identity().epoch, 1);
    stored.commit(accepting(a_job("j" + std::to_string(start))));
  }
}

TEST_F(Place, AnOlderFileBeginsAnEpochAndHoldsItsUnfinishedJobs) {
  { Stored(file_).commit(accepting(a_job("jknown"))); }
  put(file_, copy_);
  {
    Stored stored(file_);
    stored.commit(changing(a_job("jknown"), "Progress"));
    stored.commit(accepting(a_job("jlost")));
  }
  put(copy_, file_);

  {
    Stored again(file_);
    EXPECT_EQ(again->identity().epoch, 2);
    const auto job = again->new_reader()->job("jknown");
    ASSERT_TRUE(job);
    EXPECT_TRUE(job->held);
    EXPECT_EQ(job->held_by, "berth");
    EXPECT_NE(job->held_reason.find("berth resume"), std::string::npos) << job->held_reason;
    EXPECT_FALSE(again->new_reader()->job("jlost"));
    const EventPage page = again->new_reader()->events("", 0, 100);
    ASSERT_GE(page.events.size(), 2u);
    EXPECT_EQ(page.events.back().kind, "StoreRestored");
    EXPECT_EQ(page.events[page.events.size() - 2].kind, "Held");
    EXPECT_EQ(page.events[page.events.size() - 2].job, "jknown");
  }
  EXPECT_EQ(Stored(file_)->identity().epoch, 2) << "noticed once";
}

TEST_F(Place, TheNewerFilePutBackAfterwardsIsOlderThanTheNewEpoch) {
  { Stored(file_).commit(accepting(a_job("j1"))); }
  put(file_, copy_);
  { Stored(file_).commit(accepting(a_job("j2"))); }
  const fs::path newer = folder_ / "newer.db";
  put(file_, newer);
  put(copy_, file_);
  { EXPECT_EQ(Stored(file_)->identity().epoch, 2); }
  put(newer, file_);
  EXPECT_EQ(Stored(file_)->identity().epoch, 3);
}

TEST_F(Place, AFileThatIsGoneIsNoNewStore) {
  { Stored stored(file_); }
  fs::remove(file_);
  const Error error = error_of_opening();
  EXPECT_EQ(error.code, "StoreMissing");
  for (const std::string word : {"missing", "berth store restore", "high-water"})
    EXPECT_NE(error.message.find(word), std::string::npos) << word << " in " << error.message;
  EXPECT_FALSE(fs::exists(file_)) << "nothing was made in its place";

  fs::remove(high_water_file(file_));
  EXPECT_EQ(error_of_opening().code, "Opened") << "as the message said";
}

TEST_F(Place, AFileThatIsEmptyIsNoNewStore) {
  { Stored stored(file_); }
  std::ofstream(file_, std::ios::trunc).close();
  const Error error = error_of_opening();
  EXPECT_EQ(error.code, "StoreMissing");
  EXPECT_NE(error.message.find("empty"), std::string::npos) << error.message;
}

TEST_F(Place, AFileOfAnotherBerthIsRefused) {
  { Stored stored(file_); }
  ASSERT_TRUE(write_high_water(high_water_file(file_), {"fedcba9876543210", 1, 0}));
  const Error error = error_of_opening();
  EXPECT_EQ(error.code, "StrangeStore");
  EXPECT_NE(error.message.find("fedcba9876543210"), std::string::npos) << error.message;
}

TEST_F(Place, AStoreFromBeforeHighWaterMarksGetsOne) {
  { Stored(file_).commit(accepting(a_job("j1"))); }
  fs::remove(high_water_file(file_));
  { Stored stored(file_); }
  const auto mark = read_high_water(high_water_file(file_));
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->sequence, 1);
}

TEST_F(Place, AHighWaterMarkThatCannotBeReadIsReplaced) {
  { Stored(file_).commit(accepting(a_job("j1"))); }
  std::ofstream(high_water_file(file_)) << "scribble";
  { EXPECT_EQ(Stored(file_)->identity().epoch, 1); }
  EXPECT_TRUE(read_high_water(high_water_file(file_)));
}

TEST_F(Place, TheMarkIsAsHighAsTheLastAnswer) {
  Stored stored(file_);
  for (int i = 0; i < 5; ++i) {
    const Committed done = stored.commit(accepting(a_job("j" + std::to_string(i))));
    EXPECT_EQ(read_high_water(high_water_file(file_))->sequence, done.sequence);
  }
}

// As a crash leaves it: the file and its log, copied while both are open.
class Log : public Place {
 protected:
  void crash_copy(const fs::path& to) {
    put(file_, to);
    put(file_.string() + "-wal", to.string() + "-wal");
  }
  void put_crashed(const fs::path& file_from, const fs::path& log_from) {
    fs::remove(file_.string() + "-shm");
    put(file_from, file_);
    put(log_from.string() + "-wal", file_.string() + "-wal");
  }
};

TEST_F(Log, OfTheFileItselfIsTakenUp) {
  {
    Stored stored(file_);
    for (int i = 0; i < 20; ++i) stored.commit(accepting(a_job("j" + std::to_string(i))));
    crash_copy(copy_);
  }
  put_crashed(copy_, copy_);
  Stored again(file_);
  EXPECT_EQ(again->unfinished_jobs().size(), 20u);
  EXPECT_EQ(again->identity().epoch, 1);
}

TEST_F(Log, OfALaterTimeIsNotMixedIntoABackup) {
  {
    Stored stored(file_);
    stored.commit(accepting(a_job("jold")));
    std::promise<bool> done;
    stored->back_up(copy_, [&](Result<void> result) { done.set_value(bool(result)); });
    stored.commit({});
    auto copied = done.get_future();
    stored.loop().run_until(
        [&] { return copied.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    ASSERT_TRUE(copied.get());
    for (int i = 0; i < 20; ++i) stored.commit(accepting(a_job("j" + std::to_string(i))));
    crash_copy(folder_ / "crashed.db");
  }
  put_crashed(copy_, folder_ / "crashed.db");
  const Error error = error_of_opening();
  EXPECT_EQ(error.code, "CorruptStore");
  EXPECT_NE(error.message.find("berth store restore"), std::string::npos) << error.message;
  EXPECT_GT(fs::file_size(file_.string() + "-wal"), 0u) << "it is left for a person to see";

  fs::remove(file_.string() + "-wal");
  Stored again(file_);
  EXPECT_EQ(again->unfinished_jobs().size(), 1u);
  EXPECT_EQ(again->identity().epoch, 2);
}

TEST_F(Log, OfAnotherStoreIsRefused) {
  const PrivateFolder elsewhere;
  {
    Stored other(elsewhere / "berth.db");
    other.commit(accepting(a_job("jforeign")));
    put((elsewhere / "berth.db").string() + "-wal", folder_ / "foreign-wal");
  }
  { Stored(file_).commit(accepting(a_job("jown"))); }
  put(folder_ / "foreign-wal", file_.string() + "-wal");
  EXPECT_EQ(error_of_opening().code, "CorruptStore");

  fs::remove(file_.string() + "-wal");
  fs::remove(file_.string() + "-shm");
  EXPECT_TRUE(Stored(file_)->new_reader()->job("jown"));
}

TEST_F(Log, OfAnEmptyFileIsNotThrownAway) {
  {
    Stored stored(file_);
    stored.commit(accepting(a_job("j1")));
    crash_copy(copy_);
  }
  put_crashed(copy_, copy_);
  std::ofstream(file_, std::ios::trunc).close();
  EXPECT_EQ(error_of_opening().code, "CorruptStore");
  EXPECT_GT(fs::file_size(file_.string() + "-wal"), 0u);
}

// Each log that is begun has a number of its own, or the last test but two proves little.
TEST_F(Log, GoesOnThroughManyLogsAndCrashes) {
  StoreSettings settings = settings_for(file_);
  for (int start = 0; start < 4; ++start) {
    Stored stored(settings);
    for (int i = 0; i < 40; ++i) {
      Change large = accepting(a_job("j" + std::to_string(start) + "-" + std::to_string(i)));
      large.accepted->request = std::string(1 << 20, ' ');
      stored.commit(std::move(large));
    }
    crash_copy(copy_);
    // What a kill leaves is what the next start finds.
    put(copy_, folder_ / "kept.db");
    put(copy_.string() + "-wal", (folder_ / "kept.db").string() + "-wal");
  }
  put_crashed(folder_ / "kept.db", folder_ / "kept.db");
  Stored again(settings);
  EXPECT_EQ(again->unfinished_jobs().size(), 160u);
  EXPECT_EQ(again->identity().epoch, 1);
}

}  // namespace
}  // namespace berth
