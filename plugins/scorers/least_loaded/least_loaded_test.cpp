#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(LeastLoaded, IsOneMinusTheLoadOfTheFullestResource) {
  const Amounts all = {.cpu = 100, .memory_gib = 100, .gpu = 8};
  const JobBuilder job = a_job().with_group("main", 1, {.cpu = 10, .memory_gib = 20, .gpu = 2});
  const struct {
    const char* name;
    Amounts free;
    double score;
  } rows[] = {
      {"an empty pool, GPUs lead", {.cpu = 100, .memory_gib = 100, .gpu = 8}, 0.75},
      {"CPUs lead", {.cpu = 30, .memory_gib = 100, .gpu = 8}, 0.2},
      {"memory leads", {.cpu = 100, .memory_gib = 50, .gpu = 8}, 0.3},
      {"no room at all", {.cpu = 0, .memory_gib = 0, .gpu = 0}, 0.0},
      {"overdrawn by others", {.cpu = -50, .memory_gib = 9, .gpu = 1}, 0.0},
  };
  Plugin scorer(berth_module_v1(), "least_loaded");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_DOUBLE_EQ(scorer.score(job, a_pool("p").with_capacity(all).with_free(row.free)),
                     row.score);
  }
}

TEST(LeastLoaded, LeavesOutWhatAPoolDoesNotHave) {
  Plugin scorer(berth_module_v1(), "least_loaded");
  const PoolBuilder cpus = a_pool("p").with_nodes("", 1, {.cpu = 4});
  EXPECT_DOUBLE_EQ(scorer.score(a_job().with_group("main", 1, {.cpu = 1}), cpus), 0.75);
}

}  // namespace
}  // namespace berth::testing
