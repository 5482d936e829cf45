#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <linux/fs.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

namespace berth {
namespace {

namespace fs = std::filesystem;

// Of nobody on this machine where this is root, else our own.
const uid_t kUser = geteuid() == 0 ? 61234 : geteuid();

int run(const std::function<int()>& body) {
  const pid_t pid = fork();
  if (pid == 0) _exit(body());
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class Remove : public testing::Test {
 protected:
  Remove() {
    std::string name = (fs::temp_directory_path() / "berth-remove-XXXXXX").string();
    root_ = mkdtemp(name.data());
    chmod(root_.c_str(), 0711);
    mkdir(folder().c_str(), 0700);
    EXPECT_EQ(chown(folder().c_str(), kUser, kUser), 0);
    fs::create_directory(outside());
    std::ofstream(outside() / "kept") << "kept";
  }
  ~Remove() override {
    const std::string words = "rm -rf " + root_.string();
    if (std::system(words.c_str()) != 0) ADD_FAILURE() << root_ << " stays";
  }

  fs::path folder() const { return root_ / "shared"; }
  fs::path outside() const { return root_ / "outside"; }
  bool is_outside_untouched() const { return fs::exists(outside() / "kept"); }

  // What the job does there, with its own rights.
  void prepare(const std::string& script) {
    EXPECT_EQ(run([&] {
                if (geteuid() == 0 && (setgid(kUser) != 0 || setuid(kUser) != 0)) return 99;
                if (chdir(folder().c_str()) != 0) return 98;
                return WEXITSTATUS(std::system(script.c_str()));
              }),
              0);
  }
  int remove(const fs::path& what) {
    return run([&] {
      const std::string uid = std::to_string(kUser);
      execl(BERTH_SUPERVISE_PROGRAM, "berth-supervise", "remove", what.c_str(), uid.c_str(),
            uid.c_str(), nullptr);
      return 99;
    });
  }
  int remove() { return remove(folder()); }

  fs::path root_;
};

TEST_F(Remove, EmptiesAFolderButKeepsIt) {
  prepare("mkdir -p a/b c; touch a/b/file .hidden; mkfifo pipe");
  EXPECT_EQ(remove(), 0);
  EXPECT_TRUE(fs::is_empty(folder()));
}

TEST_F(Remove, FollowsNoLink) {
  prepare("ln -s " + outside().string() + " link; ln -s ../../outside/kept deep; mkdir d; ln -s " +
          outside().string() + " d/link; ln -s / root");
  EXPECT_EQ(remove(), 0);
  EXPECT_TRUE(is_outside_untouched());
}

TEST_F(Remove, OpensWhatItsUserHasClosed) {
  prepare("mkdir -p a/b/c; touch a/b/c/file; chmod 0 a/b/c; chmod 0500 a/b; chmod 0 a; chmod 0 .");
  EXPECT_EQ(remove(), 0);
}

TEST_F(Remove, GoesDeeperThanAnyPathIsLong) {
  prepare(R"(/usr/bin/python3 -c '
import os
for _ in range(200):
    os.mkdir("d" * 50)
    os.chdir("d" * 50)
')");
  EXPECT_EQ(remove(), 0);
  EXPECT_TRUE(fs::is_empty(folder()));
}

TEST_F(Remove, TouchesNothingButWhatBelongsToThatUser) {
  if (geteuid() != 0) GTEST_SKIP() << "there is nobody else here";
  EXPECT_EQ(remove(outside()), 1);
  EXPECT_TRUE(is_outside_untouched());
  fs::create_directory_symlink(outside(), root_ / "link");
  EXPECT_EQ(remove(root_ / "link"), 1);
  EXPECT_TRUE(is_outside_untouched());
}

TEST_F(Remove, LeavesWhatRootPutThereAndSaysSo) {
  if (geteuid() != 0) GTEST_SKIP() << "nobody else can have put anything there";
  fs::create_directory(folder() / "of-root");
  std::ofstream(folder() / "of-root" / "file") << "kept";
  prepare("touch own");
  EXPECT_EQ(remove(), 1);
  EXPECT_TRUE(fs::exists(folder() / "of-root" / "file"));
  EXPECT_FALSE(fs::exists(folder() / "own"));
}

TEST_F(Remove, DoesNotEnterWhatIsMountedThere) {
  prepare("mkdir mounted; touch file");
  if (mount("tmpfs", (folder() / "mounted").c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "nothing can be mounted here";
  EXPECT_EQ(chown((folder() / "mounted").c_str(), kUser, kUser), 0);
  std::ofstream(folder() / "mounted" / "home") << "kept";
  EXPECT_EQ(remove(), 1);
  EXPECT_TRUE(fs::exists(folder() / "mounted" / "home"));
  EXPECT_FALSE(fs::exists(folder() / "file"));
  umount((folder() / "mounted").c_str());
  EXPECT_EQ(remove(), 0);
}

TEST_F(Remove, DoesNotEnterWhatIsMountedOverIt) {
  if (mount("tmpfs", folder().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "nothing can be mounted here";
  EXPECT_EQ(chown(folder().c_str(), kUser, kUser), 0);
  std::ofstream(folder() / "home") << "kept";
  EXPECT_EQ(remove(), 1);
  EXPECT_TRUE(fs::exists(folder() / "home"));
  umount(folder().c_str());
}

TEST_F(Remove, LeavesAFileThatCannotBeRemovedAndSaysSo) {
  prepare("touch fast other");
  const int file = open((folder() / "fast").c_str(), O_RDONLY | O_CLOEXEC);
  int flags = FS_IMMUTABLE_FL;
  if (ioctl(file, FS_IOC_SETFLAGS, &flags) != 0) {
    close(file);
    GTEST_SKIP() << "no file can be made immutable here";
  }
  EXPECT_EQ(remove(), 1);
  EXPECT_FALSE(fs::exists(folder() / "other"));
  flags = 0;
  EXPECT_EQ(ioctl(file, FS_IOC_SETFLAGS, &flags), 0);
  close(file);
  EXPECT_EQ(remove(), 0);
}

TEST_F(Remove, IsToldWhoseFolderItIs) {
  EXPECT_EQ(run([&] {
              execl(BERTH_SUPERVISE_PROGRAM, "berth-supervise", "remove", folder().c_str(), "root",
                    "0", nullptr);
              return 99;
            }),
            2);
}

}  // namespace
}  // namespace berth
