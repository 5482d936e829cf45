#include "store/state_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace berth {
namespace {

class StateFolderTest : public testing::Test {
 protected:
  StateFolderTest() {
    std::string folder = std::filesystem::temp_directory_path() / "state-XXXXXX";
    root_ = ::mkdtemp(folder.data());
    folder_ = root_ / "state";
  }
  ~StateFolderTest() override { std::filesystem::remove_all(root_); }

  std::filesystem::path root_;
  std::filesystem::path folder_;
};

mode_t mode_of(const std::filesystem::path& folder) {
  struct stat status {};
  EXPECT_EQ(::stat(folder.c_str(), &status), 0);
  return status.st_mode & 0777;
}

// Jobs of other users pass through a folder of root's, on their way to their own.
TEST_F(StateFolderTest, IsMadePrivateOrForRootPassable) {
  const auto taken = StateFolder::take(folder_);
  ASSERT_TRUE(taken);
  const mode_t expected = ::geteuid() == 0 ? 0711 : 0700;
  EXPECT_EQ(mode_of(folder_), expected);
  EXPECT_EQ(mode_of(*(*taken)->make_cluster_folder("west")), expected);
  EXPECT_EQ(mode_of(folder_ / "clusters"), expected);
}

TEST_F(StateFolderTest, IsForOneDaemonAtATimeAndSaysForWhich) {
  auto first = StateFolder::take(folder_);
  ASSERT_TRUE(first);
  const auto second = StateFolder::take(folder_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "AlreadyRunning");
  EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())),
            std::string::npos);
  first->reset();
  EXPECT_TRUE(StateFolder::take(folder_));
}

TEST_F(StateFolderTest, IsNotTakenWhenOthersMayLookIn) {
  ASSERT_TRUE(StateFolder::take(folder_));
  ::chmod(folder_.c_str(), 0755);
  EXPECT_EQ(StateFolder::take(folder_).error().code, "StateFolder");
}

TEST_F(StateFolderTest, IsNotALink) {
  ASSERT_TRUE(StateFolder::take(root_ / "elsewhere"));
  std::filesystem::create_symlink(root_ / "elsewhere", folder_);
  EXPECT_EQ(StateFolder::take(folder_).error().code, "StateFolder");
}

}  // namespace
}  // namespace berth
