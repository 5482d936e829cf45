#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

const JobBuilder kJob = a_job().with_group("worker", 7, {.gpu = 1});

TEST(AFilterOfTwentyLines, RefusesInTheUnitsOfItsNumbers) {
  Plugin filter(berth_module_v1(), "acme.team-sku", {{"sku", "H100"}, {"headroom", "2"}});
  EXPECT_EQ(filter.check(kJob, a_pool("a").with_nodes("A100", 1, {.gpu = 8})),
            "never WrongSku: pool has a different GPU SKU");
  EXPECT_EQ(filter.check(kJob, a_pool("b").with_nodes("H100", 1, {.gpu = 8})),
            "not now Full: needs 9 free GPUs, has 8");
  EXPECT_EQ(filter.check(kJob, a_pool("c").with_nodes("H100", 2, {.gpu = 8})), "fits");
}

TEST(AFilterOfTwentyLines, JudgesABatchPoolByPool) {
  Plugin filter(berth_module_v1(), "acme.team-sku", {{"sku", "H100"}});
  const std::vector<PoolBuilder> pools = {a_pool("a").with_nodes("H100", 1, {.gpu = 8}),
                                          a_pool("b").with_nodes("A100", 1, {.gpu = 8}),
                                          a_pool("c").with_nodes("H100", 1, {.gpu = 6})};
  EXPECT_EQ(filter.check_all(kJob, pools),
            (std::vector<std::string>{"fits", "never WrongSku: pool has a different GPU SKU",
                                      "not now Full: needs 7 free GPUs, has 6"}));
}

TEST(AFilterOfTwentyLines, HasItsOptionsAndReasonsInTheDescriptor) {
  const berth_plugin& plugin = plugin_of(berth_module_v1(), "acme.team-sku");
  ASSERT_EQ(plugin.option_count, 2u);
  EXPECT_EQ(as_view(plugin.options[0].name), "sku");
  EXPECT_EQ(plugin.options[0].fallback.data, nullptr);
  EXPECT_EQ(plugin.options[1].type, BERTH_MILLI);
  EXPECT_EQ(as_view(plugin.options[1].fallback), "0");
  ASSERT_EQ(plugin.reason_count, 2u);
  EXPECT_EQ(as_view(plugin.reasons[1].name), "Full");
  EXPECT_EQ(plugin.reasons[1].kind, BERTH_NOT_NOW);
}

}  // namespace
}  // namespace berth::testing
