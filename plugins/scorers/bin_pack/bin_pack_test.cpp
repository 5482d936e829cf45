#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(BinPack, PrefersThePoolWhoseGpusBecomeFullest) {
  Plugin scorer(berth_module_v1(), "bin_pack");
  const PoolBuilder pool = a_pool("p").with_capacity({.cpu = 64, .gpu = 10});
  const JobBuilder job = a_job().with_group("main", 1, {.cpu = 32, .gpu = 2});
  EXPECT_DOUBLE_EQ(scorer.score(job, pool.with_free({.cpu = 64, .gpu = 10})), 0.2);
  EXPECT_DOUBLE_EQ(scorer.score(job, pool.with_free({.cpu = 64, .gpu = 4})), 0.8);
  EXPECT_DOUBLE_EQ(scorer.score(job, pool.with_free({.cpu = 64, .gpu = 2})), 1.0);
}

TEST(BinPack, GoesByCpusWhereThereAreNoGpus) {
  Plugin scorer(berth_module_v1(), "bin_pack");
  const PoolBuilder pool = a_pool("p").with_capacity({.cpu = 64});
  const JobBuilder job = a_job().with_group("main", 1, {.cpu = 16});
  EXPECT_DOUBLE_EQ(scorer.score(job, pool.with_free({.cpu = 32})), 0.75);
}

TEST(BinPack, SaysNothingForAnEmptyPool) {
  Plugin scorer(berth_module_v1(), "bin_pack");
  EXPECT_DOUBLE_EQ(scorer.score(a_job(), a_pool("p")), 0.0);
}

}  // namespace
}  // namespace berth::testing
