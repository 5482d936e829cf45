#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(Prefers, IsTheWeightOfTheWishesThatAreMet) {
  const PoolBuilder pool = a_pool("p").with_label("gen", "h").in_zone("us-west-1a");
  const struct {
    const char* name;
    JobBuilder job;
    double score;
  } rows[] = {
      {"no wishes", a_job(), 0.0},
      {"met", a_job().preferring("gen", "h", 20), 1.0},
      {"not met", a_job().preferring("gen", "i", 20), 0.0},
      {"one of two", a_job().preferring("gen", "h", 30).preferring("gen", "i", 10), 0.75},
      {"zone counts as a label", a_job().preferring("zone", "us-west-1a", 5), 1.0},
      {"no such label", a_job().preferring("tier", "h", 5), 0.0},
      {"no such label, no value", a_job().preferring("tier", "", 5), 0.0},
      {"weights of nothing do not count",
       a_job().preferring("gen", "h", 1).preferring("gen", "i", 0).preferring("gen", "i", -5), 1.0},
  };
  Plugin scorer(berth_module_v1(), "prefers");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_DOUBLE_EQ(scorer.score(row.job, pool), row.score);
  }
}

}  // namespace
}  // namespace berth::testing
