#include "control/job_filter.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

const std::vector<std::string> kKnown{"project", "phase", "label", "limit", "page"};

Result<JobFilter> filter_of(std::vector<std::pair<std::string, std::string>> query) {
  Call call;
  call.query = std::move(query);
  const auto read = Query::of(call, kKnown);
  if (!read) return read.error();
  return read_job_filter(*read);
}

TEST(JobFilter, IsOpenByDefault) {
  const auto filter = filter_of({});
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->phases.empty());
  EXPECT_EQ(filter->limit, 500);
}

TEST(JobFilter, TakesPhasesOneByOneOrInAList) {
  const auto filter = filter_of({{"phase", "Pending,Running"}, {"phase", "Killed"}});
  ASSERT_TRUE(filter);
  EXPECT_EQ(filter->phases, (std::vector<Phase>{Phase::kPending, Phase::kRunning, Phase::kKilled}));
}

TEST(JobFilter, OffersTheNearestPhase) {
  const auto filter = filter_of({{"phase", "Runing"}});
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().details[0].hint, "Running");
}

TEST(JobFilter, TakesLabels) {
  const auto filter = filter_of({{"label", "team=a=b"}});
  ASSERT_TRUE(filter);
  EXPECT_EQ(filter->labels[0].second, "a=b");
  EXPECT_FALSE(filter_of({{"label", "team"}}));
}

TEST(JobFilter, HasALimitThatIsLimited) {
  for (const char* limit : {"0", "5001", "-1", "x", ""})
    EXPECT_FALSE(filter_of({{"limit", limit}})) << limit;
  EXPECT_EQ(filter_of({{"limit", "5000"}})->limit, 5000);
}

TEST(JobFilter, TakesOnlyTokensForPages) {
  EXPECT_EQ(filter_of({{"page", "42"}})->after, "42");
  for (const char* token : {"' OR 1=1", "-1", "4 2", "99999999999999999999"})
    EXPECT_FALSE(filter_of({{"page", token}})) << token;
}

TEST(JobFilter, RefusesAParameterThatItDoesNotKnow) {
  const auto filter = filter_of({{"projet", "eta"}});
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().details[0].hint, "project");
}

}  // namespace
}  // namespace berth
