#include "control/unix_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace berth {
namespace {

class UnixSocket : public testing::Test {
 protected:
  UnixSocket() {
    std::string folder = std::filesystem::temp_directory_path() / "socket-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    file_ = folder_ / "control.sock";
  }
  ~UnixSocket() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(UnixSocket, MayBeConnectedToByEverybodyAndIsNotInherited) {
  const auto socket = listen_at(file_);
  ASSERT_TRUE(socket);
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0666u);
  EXPECT_TRUE(::fcntl(*socket, F_GETFD) & FD_CLOEXEC);
  ::close(*socket);
}

TEST_F(UnixSocket, TakesThePlaceOfADeadOne) {
  const auto first = listen_at(file_);
  ASSERT_TRUE(first);
  ::close(*first);
  const auto second = listen_at(file_);
  ASSERT_TRUE(second);
  ::close(*second);
}

TEST_F(UnixSocket, DoesNotTakeThePlaceOfALivingOne) {
  const auto first = listen_at(file_);
  ASSERT_TRUE(first);
  EXPECT_EQ(listen_at(file_).error().code, "SocketInUse");
  ::close(*first);
}

TEST_F(UnixSocket, DoesNotReplaceAFile) {
  std::ofstream(file_) << "precious";
  EXPECT_EQ(listen_at(file_).error().code, "SocketInUse");
}

TEST_F(UnixSocket, SaysThatAPathIsTooLong) {
  const auto refused = listen_at(folder_ / std::string(120, 'x'));
  EXPECT_EQ(refused.error().code, "SocketUnavailable");
}

}  // namespace
}  // namespace berth
