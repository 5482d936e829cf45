#include "disk_use.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "descriptor.hpp"
#include "disk_watch.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMebibyte = 1 << 20;

class DiskUseTest : public testing::Test {
 protected:
  DiskUseTest() {
    std::string name = (fs::temp_directory_path() / "berth-disk-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~DiskUseTest() override { fs::remove_all(folder_); }

  void put(const std::string& name, std::int64_t bytes) {
    std::ofstream(folder_ / name) << std::string(static_cast<std::size_t>(bytes), 'x');
  }
  DiskUse measure(DiskLimits limits = {}) { return measure_disk_use(folder_, limits, must_stop_); }
  static std::int64_t mebibytes(const DiskUse& use) { return use.bytes / kMebibyte; }

  std::atomic<bool> must_stop_ = false;
  fs::path folder_;
};

TEST_F(DiskUseTest, CountsWhatIsOnDisk) {
  EXPECT_EQ(measure().bytes, 0);
  fs::create_directories(folder_ / "a/b/c");
  put("a/one", kMebibyte);
  put("a/b/c/two", 2 * kMebibyte);
  EXPECT_EQ(mebibytes(measure()), 3);
  EXPECT_EQ(measure().files, 5);
}

TEST_F(DiskUseTest, CountsNoHolesNorAFileTwice) {
  put("one", kMebibyte);
  fs::create_hard_link(folder_ / "one", folder_ / "again");
  const Descriptor hole(open((folder_ / "hole").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(ftruncate(hole.number(), 1000 * kMebibyte), 0);
  EXPECT_EQ(mebibytes(measure()), 1);
}

TEST_F(DiskUseTest, FollowsNoLinkAndIsHeldUpByNothing) {
  const fs::path elsewhere = folder_.string() + "-elsewhere";
  fs::create_directories(elsewhere);
  std::ofstream(elsewhere / "large") << std::string(3 * kMebibyte, 'x');
  fs::create_directory_symlink(elsewhere, folder_ / "folder");
  fs::create_symlink(elsewhere / "large", folder_ / "file");
  fs::create_directory_symlink(folder_, folder_ / "loop");
  ASSERT_EQ(mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(mebibytes(measure()), 0);
  EXPECT_EQ(measure().files, 4);
  fs::remove_all(elsewhere);
}

TEST_F(DiskUseTest, EntersNoOtherFileSystem) {
  // The processes of this machine are many files.
  fs::create_directory(folder_ / "proc");
  if (system(("mount -t proc proc " + (folder_ / "proc").string() + " 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "nothing can be mounted here";
  EXPECT_EQ(measure().files, 1);
  ASSERT_EQ(system(("umount " + (folder_ / "proc").string()).c_str()), 0);
}

TEST_F(DiskUseTest, EndsWithTheFirstEntryBeyondALimit) {
  for (int i = 0; i < 20; ++i) put("file" + std::to_string(i), kMebibyte);
  EXPECT_EQ(mebibytes(measure({.bytes = 5 * kMebibyte})), 6);
  EXPECT_EQ(measure({.files = 7}).files, 8);
  EXPECT_EQ(measure({.bytes = 20 * kMebibyte, .files = 20}).files, 20);
}

TEST_F(DiskUseTest, EndsWhenTold) {
  put("one", 1);
  must_stop_ = true;
  EXPECT_EQ(measure().files, 0);
}

TEST_F(DiskUseTest, DoesNotGoDeeperThanItCan) {
  fs::path deepest = folder_;
  for (int i = 0; i < kFolderDepthMax; ++i) deepest /= "d";
  fs::create_directories(deepest);
  EXPECT_FALSE(measure().is_too_deep);
  fs::create_directories(deepest / "d");
  EXPECT_TRUE(measure().is_too_deep);
}

TEST(DiskExcess, SaysWhichLimitWithItsNumbers) {
  struct Row {
    DiskUse use;
    DiskLimits limits;
    const char* words;
  };
  const Row rows[] = {
      {{.bytes = 2 * kMebibyte}, {.bytes = 2 * kMebibyte}, ""},
      {{.bytes = 1 << 30, .files = 1 << 30}, {}, ""},
      {{.bytes = 2 * kMebibyte + 1},
       {.bytes = 2 * kMebibyte},
       "its folder takes more than 2Mi on disk, which is what a job may have (disk_limit)"},
      {{.files = 11},
       {.files = 10},
       "its folder has more than 10 files, which is what a job may have (files_max)"},
      {{.is_too_deep = true},
       {},
       "its folders are nested more than 100 deep, so their size cannot be watched"},
  };
  for (const Row& row : rows) EXPECT_EQ(describe_excess(row.use, row.limits), row.words);
}

TEST_F(DiskUseTest, IsWatchedUntilForgotten) {
  std::mutex mutex;
  std::condition_variable told;
  std::map<std::string, int> excesses;
  DiskWatch watch({.files = 2}, std::chrono::milliseconds(1),
                  [&](const AttemptKey& key, const std::string&) {
                    std::lock_guard lock(mutex);
                    ++excesses[key.job];
                    told.notify_all();
                  });
  const auto await = [&](const std::string& job, int more) {
    std::unique_lock lock(mutex);
    const int before = excesses[job];
    told.wait(lock, [&] { return excesses[job] >= before + more; });
  };
  fs::create_directories(folder_ / "large");
  fs::create_directories(folder_ / "small");
  for (const char* name : {"large/1", "large/2", "large/3", "small/1"}) put(name, 1);
  watch.watch({"j1", 1}, folder_ / "small");
  watch.watch({"j2", 1}, folder_ / "large");
  watch.watch({"j3", 1}, folder_ / "large");
  await("j2", 2);
  watch.forget({"j2", 1});
  await("j3", 2);  // the round in which j2 was forgotten is over
  const int before = [&] {
    std::lock_guard lock(mutex);
    return excesses["j2"];
  }();
  await("j3", 2);
  std::lock_guard lock(mutex);
  EXPECT_EQ(excesses["j2"], before);
  EXPECT_EQ(excesses["j1"], 0);
}

}  // namespace
}  // namespace berth
