#include "control/waiting_clients.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "control/traffic.hpp"

namespace berth {
namespace {

class Noted final : public Client {
 public:
  Noted(std::vector<std::string>& asked, std::string name) : asked_(asked), name_(name) {}
  void make_room() override { asked_.push_back(name_); }

 private:
  std::vector<std::string>& asked_;
  std::string name_;
};

class Waiting : public testing::Test {
 protected:
  std::shared_ptr<Noted> client(const char* name) { return std::make_shared<Noted>(asked_, name); }

  std::vector<std::string> asked_;
  WaitingClients waiting_;
};

TEST_F(Waiting, AsksTheOneThatHasWaitedLongestAndEachOnce) {
  const auto a = client("a"), b = client("b");
  waiting_.enter(a);
  waiting_.enter(b);
  EXPECT_TRUE(waiting_.make_room());
  EXPECT_TRUE(waiting_.make_room());
  EXPECT_FALSE(waiting_.make_room());
  EXPECT_EQ(asked_, (std::vector<std::string>{"a", "b"}));
}

TEST_F(Waiting, LeavesThoseAloneWhoseRequestHasCome) {
  const auto a = client("a"), b = client("b");
  const auto number = waiting_.enter(a);
  waiting_.enter(b);
  waiting_.leave(number);
  EXPECT_TRUE(waiting_.make_room());
  EXPECT_FALSE(waiting_.make_room());
  EXPECT_EQ(asked_, (std::vector<std::string>{"b"}));
}

TEST_F(Waiting, PassesOverThoseThatAreGone) {
  auto a = client("a");
  const auto b = client("b");
  waiting_.enter(a);
  waiting_.enter(b);
  a.reset();
  EXPECT_TRUE(waiting_.make_room());
  EXPECT_EQ(asked_, (std::vector<std::string>{"b"}));
}

TEST_F(Waiting, PutsWhoComesAgainBehindTheOthers) {
  const auto a = client("a"), b = client("b");
  waiting_.leave(waiting_.enter(a));
  waiting_.enter(b);
  waiting_.enter(a);
  waiting_.make_room();
  EXPECT_EQ(asked_, (std::vector<std::string>{"b"}));
}

TEST(Buffered, CountsWhatIsHeldForAllTogetherButNotTheFirstOfEach) {
  constexpr std::int64_t kFree = Buffered::kFree;
  Traffic traffic;
  Buffered a(traffic, 1000), b(traffic, 1000);
  {
    Buffered c(traffic, 1000);
    EXPECT_TRUE(a.hold(kFree + 600));
    EXPECT_FALSE(b.hold(kFree + 500));
    EXPECT_TRUE(b.hold(kFree + 400));
    EXPECT_FALSE(c.hold(kFree + 1));
    EXPECT_TRUE(c.hold(kFree));  // nobody's hoard keeps a small request out
    EXPECT_TRUE(a.hold(kFree + 100));
    EXPECT_TRUE(c.hold(kFree + 500));
    EXPECT_FALSE(c.hold(kFree + 501));
    EXPECT_EQ(traffic.buffered_bytes, 1000);
  }
  EXPECT_EQ(traffic.buffered_bytes, 500);
}

}  // namespace
}  // namespace berth
