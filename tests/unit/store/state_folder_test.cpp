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

TEST_F(StateFolderTest, IsMadePrivate) {
  const auto taken = StateFolder::take(folder_);
  ASSERT_TRUE(taken);
  struct stat status {};
  ASSERT_EQ(::stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
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
