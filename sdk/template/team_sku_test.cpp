#include <gtest/gtest.h>

#include <berth/testing.hpp>

using namespace berth::testing;

TEST(TeamSku, PinsATeamToOneSkuAndKeepsHeadroom) {
  const JobBuilder job = a_job().with_group("worker", 2, {.cpu = 8, .gpu = 3});
  const struct {
    const char* name;
    PoolBuilder pool;
    const char* answer;
  } rows[] = {
      {"room to spare", a_pool("new").with_nodes("H100", 1, {.cpu = 64, .gpu = 8}), "fits"},
      {"another SKU", a_pool("old").with_nodes("A100", 1, {.cpu = 64, .gpu = 8}),
       "never WrongSku: has no H100"},
      {"headroom gone", a_pool("small").with_nodes("H100", 1, {.cpu = 64, .gpu = 7}),
       "not now Full: needs 8 free gpu, has 7"},
  };
  Plugin filter(berth_module_v1(), "acme.team-sku", {{"sku", "H100"}, {"headroom", "2"}});
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(job, row.pool), row.answer);
  }
}

TEST(TeamSku, CannotBeMadeWithoutASku) {
  EXPECT_THROW(Plugin(berth_module_v1(), "acme.team-sku"), std::invalid_argument);
}
