#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

PoolBuilder gpus(std::string name, double price) {
  return a_pool(std::move(name)).with_nodes("H100", 1, {.cpu = 64, .gpu = 8}).priced(price);
}
PoolBuilder cpus(std::string name, double price) {
  return a_pool(std::move(name)).with_nodes("", 1, {.cpu = 64}).priced(price);
}
const JobBuilder kGpuJob = a_job().with_group("main", 1, {.cpu = 8, .gpu = 2});
const JobBuilder kCpuJob = a_job().with_group("main", 1, {.cpu = 8});

TEST(Cost, RanksBetweenTheCheapestAndTheDearest) {
  Plugin scorer(berth_module_v1(), "cost");
  EXPECT_EQ(scorer.score_all(kGpuJob, {gpus("a", 2), gpus("b", 4), gpus("c", 3)}),
            (std::vector<double>{1.0, 0.0, 0.5}));
}

TEST(Cost, HasNoOpinionWithoutAPrice) {
  Plugin scorer(berth_module_v1(), "cost");
  EXPECT_EQ(scorer.score_all(kGpuJob, {gpus("a", 2), gpus("b", 0), gpus("c", 3)}),
            (std::vector<double>{1.0, 0.5, 0.0}));
  EXPECT_EQ(scorer.score_all(kGpuJob, {gpus("a", 0)}), (std::vector<double>{0.5}));
}

TEST(Cost, CallsEqualPricesAllCheapest) {
  Plugin scorer(berth_module_v1(), "cost");
  EXPECT_EQ(scorer.score_all(kGpuJob, {gpus("a", 2), gpus("b", 2)}),
            (std::vector<double>{1.0, 1.0}));
}

TEST(Cost, ChargesACpuJobForTheGpusItBlocks) {
  Plugin scorer(berth_module_v1(), "cost");
  EXPECT_EQ(scorer.score_all(kCpuJob, {cpus("cpu", 0.05), gpus("gpu", 2)}),
            (std::vector<double>{1.0, 0.0}));
}

}  // namespace
}  // namespace berth::testing
