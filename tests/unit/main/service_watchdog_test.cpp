#include "main/service_watchdog.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "support/virtual_loop.hpp"

namespace berth {
namespace {

// A service manager's end of the socket, and what it tells the service of itself.
class ServiceWatchdog : public testing::Test {
 protected:
  ServiceWatchdog() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = "berth-watchdog-test-" + std::to_string(::getpid());
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
    ::unsetenv("WATCHDOG_PID");
    ::unsetenv("WATCHDOG_USEC");
  }
  ~ServiceWatchdog() override {
    ::close(socket_);
    for (const char* each : {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}) ::unsetenv(each);
  }

  int heard() const {
    int count = 0;
    char text[64];
    for (ssize_t size = 0; (size = ::recv(socket_, text, sizeof text, 0)) >= 0; ++count)
      EXPECT_EQ(std::string(text, static_cast<std::size_t>(size)), "WATCHDOG=1");
    return count;
  }

  int socket_;
  VirtualLoop loop_;
};

TEST_F(ServiceWatchdog, IsToldThreeTimesInItsPatienceForAsLongAsTheLoopTurns) {
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  show_that_the_loop_turns(loop_);
  EXPECT_EQ(heard(), 1);
  loop_.run_for(2999);
  EXPECT_EQ(heard(), 2);
  loop_.run_for(3001);
  EXPECT_EQ(heard(), 4);
}

TEST_F(ServiceWatchdog, IsToldNothingWhereNobodyAskedOrAskedAnother) {
  show_that_the_loop_turns(loop_);
  ::setenv("WATCHDOG_USEC", "soon", 1);
  show_that_the_loop_turns(loop_);
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  show_that_the_loop_turns(loop_);
  loop_.run_for(10'000);
  EXPECT_EQ(heard(), 0);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  show_that_the_loop_turns(loop_);
  EXPECT_EQ(heard(), 1);
}

}  // namespace
}  // namespace berth
