#include "model/id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth {
namespace {

class CountingChance final : public Chance {
 public:
  std::uint64_t next() override { return next_++; }

 private:
  std::uint64_t next_ = 0x1234'5678'9abc'def0;
};

TEST(Id, OfAJobIsJAndThirteenLettersAndNeverTwiceTheSame) {
  CountingChance chance;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = new_job_id({1'795'435'200'000, 0, 0}, chance);
    EXPECT_TRUE(is_job_id(id)) << id;
    EXPECT_TRUE(seen.insert(id).second) << id;
  }
}

TEST(Id, ComesFromTimeAndChanceAlone) {
  CountingChance one, other;
  EXPECT_EQ(new_job_id({1'795'435'200'000, 5, 1}, one),
            new_job_id({1'795'435'200'000, 9, 2}, other));
}

TEST(Id, OfOneDayBeginsAlike) {
  CountingChance chance;
  const std::string morning = new_job_id({1'795'435'200'000, 0, 0}, chance);
  const std::string evening = new_job_id({1'795'435'200'000 + 11 * 3'600'000, 0, 0}, chance);
  const std::string next_year = new_job_id({1'795'435'200'000 + 365LL * 86'400'000, 0, 0}, chance);
  EXPECT_EQ(morning.substr(0, 4), evening.substr(0, 4));
  EXPECT_NE(morning.substr(0, 4), next_year.substr(0, 4));
}

TEST(Id, OfAnotherFormIsNone) {
  for (const char* text : {"", "j", "jabc", "kaaaaaaaaaaaaa", "jaaaaaaaaaaaa1", "jAAAAAAAAAAAAA",
                           "jaaaaaaaaaaaaaa", "j/../aaaaaaaaa"})
    EXPECT_FALSE(is_job_id(text)) << text;
}

TEST(Id, OfAnAttemptIsADnsLabel) {
  CountingChance chance;
  const std::string job = new_job_id({1'795'435'200'000, 0, 0}, chance);
  EXPECT_EQ(attempt_name(job, 3), job + "-a3");
  EXPECT_LE(attempt_name(job, 2'000'000'000).size(), 47u);
}

TEST(Name, HasLettersDigitsAndThreeSigns) {
  for (const char* good : {"a", "7", "gpu-a", "team_x", "acme.team-sku", "A100"})
    EXPECT_TRUE(is_name(good)) << good;
  EXPECT_TRUE(is_name(std::string(63, 'a')));
  EXPECT_FALSE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string("a\0b", 3)));
  for (const char* bad : {"", "-a", ".a", "_a", "..", "a b", "a/b", "a\n", "\u00e9t\u00e9", "a\"b"})
    EXPECT_FALSE(is_name(bad)) << bad;
}

}  // namespace
}  // namespace berth
