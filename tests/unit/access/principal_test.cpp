#include "access/principal.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace berth {
namespace {

TEST(Principal, IsWhoeverConnected) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const auto who = peer_of(ends[0]);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->uid, ::geteuid());
  EXPECT_EQ(who->gid, ::getegid());
  EXPECT_FALSE(who->user.empty());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Principal, IsNobodyWithTheOverflowUid) {
  const auto who = principal_named(65534, 65534);
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, "Forbidden");
}

TEST(Principal, HasItsNumberForANameWhenTheMachineDoesNotKnowIt) {
  EXPECT_EQ(principal_named(3'999'999, 1)->user, "uid:3999999");
}

TEST(Principal, IsNotMadeOfSomethingThatIsNoSocket) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(peer_of(ends[0]).error().code, "Forbidden");
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace berth
