#include "member_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <fstream>

#include "descriptor.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

class MemberFolderTest : public testing::Test {
 protected:
  MemberFolderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "berth-member-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~MemberFolderTest() override { std::filesystem::remove_all(path_); }

  void put(const char* name, const std::string& text) { std::ofstream(path_ / name) << text; }

  std::filesystem::path path_;
  MemberFolder folder() const { return MemberFolder(path_); }
};

TEST_F(MemberFolderTest, LetsExactlyOneDecideTheFate) {
  EXPECT_EQ(folder().fate(), Fate::kOpen);
  folder().give_up();
  EXPECT_EQ(folder().fate(), Fate::kCancelled);
  std::filesystem::remove(path_ / "fate");
  put("fate", "started\n");
  folder().give_up();  // too late
  EXPECT_EQ(folder().fate(), Fate::kStarted);
}

TEST_F(MemberFolderTest, CallsALockHeldOnlyWhileItIs) {
  EXPECT_FALSE(folder().is_locked());
  put("lock", "1 4711 boot\n");
  EXPECT_FALSE(folder().is_locked());
  Descriptor held(open((path_ / "lock").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(flock(held.number(), LOCK_EX), 0);
  EXPECT_TRUE(folder().is_locked());
  held.close();
  EXPECT_FALSE(folder().is_locked());
  EXPECT_EQ(folder().holder()->pid, 4711);
  EXPECT_EQ(folder().holder()->boot_id, "boot");
}

TEST_F(MemberFolderTest, BelievesNoHolderThatIsNotOne) {
  for (const char* text : {"", "1", "1 x boot", "1 -1 boot", "1 4711"}) {
    put("lock", text);
    EXPECT_FALSE(folder().holder()) << text;
  }
}

TEST_F(MemberFolderTest, FindsNobodyBehindAControlThatNobodyReads) {
  EXPECT_FALSE(folder().send("stop"));
  ASSERT_EQ(mkfifo((path_ / "control").c_str(), 0600), 0);
  EXPECT_FALSE(folder().send("stop"));
  const Descriptor reader(open((path_ / "control").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  EXPECT_TRUE(folder().send("stop"));
}

TEST(ExitRecord, IsReadLineByLineAndUnknownLinesArePassedOver) {
  const auto record = parse_exit_record(
      "version 1\nhow signaled\ncode 137\nsignal 9\nmessage no such thing\nweather fine\n"
      "started_ms 10\nended_ms 20\noom_kills 1\n");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->how, "signaled");
  EXPECT_EQ(record->code, 137);
  EXPECT_EQ(record->signal, 9);
  EXPECT_EQ(record->message, "no such thing");
  EXPECT_EQ(record->ended_ms, 20);
  EXPECT_EQ(record->used.oom_kills, 1);
  EXPECT_FALSE(parse_exit_record(""));
}

TEST_F(MemberFolderTest, ReadsNoFileThatIsNotAPlainSmallOne) {
  put("large", std::string(100, 'x'));
  EXPECT_EQ(read_small_file(path_ / "large", 100)->size(), 100u);
  EXPECT_FALSE(read_small_file(path_ / "large", 99));
  std::filesystem::create_symlink(path_ / "large", path_ / "link");
  EXPECT_FALSE(read_small_file(path_ / "link"));
  ASSERT_EQ(mkfifo((path_ / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(read_small_file(path_ / "fifo"));
}

}  // namespace
}  // namespace berth
