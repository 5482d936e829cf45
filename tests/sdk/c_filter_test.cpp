#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(AFilterInC, KeepsHeadroomFree) {
  Plugin filter(berth_module_v1(), "c_filter", {{"headroom", "2500m"}});
  const PoolBuilder pool = a_pool("p").with_nodes("H100", 1, {.gpu = 8});
  EXPECT_EQ(filter.check(a_job().with_group("main", 1, {.gpu = 5.5}), pool), "fits");
  EXPECT_EQ(filter.check(a_job().with_group("main", 1, {.gpu = 6}), pool),
            "not now NoHeadroom: needs 8.5 gpu with headroom, 8 free");
  EXPECT_EQ(filter.host().log_lines(), std::vector<std::string>{"a filter in C was made"});
}

}  // namespace
}  // namespace berth::testing
