#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

const PoolBuilder kH100s = a_pool("gpu-a").with_nodes("H100", 2, {.cpu = 64, .gpu = 8});
const PoolBuilder kA100s = a_pool("gpu-b").with_nodes("A100", 2, {.cpu = 64, .gpu = 8});
const PoolBuilder kMixed = kH100s.with_nodes("T4", 4, {.cpu = 16, .gpu = 1});
const PoolBuilder kCpus = a_pool("cpu").with_nodes("", 4, {.cpu = 64});
const PoolBuilder kTotalsOnly = a_pool("quota").with_capacity({.cpu = 64, .gpu = 8});

const JobBuilder kGeneric = a_job().with_group("worker", 1, {.cpu = 1, .gpu = 1});
const JobBuilder kNoGpu = a_job().with_group("main", 1, {.cpu = 1});

JobBuilder asking_for(std::vector<std::string> skus) {
  return a_job().with_group("worker", 1, {.cpu = 1, .gpu = 1}, std::move(skus));
}

TEST(GpuSku, BringsJobsToTheModelsTheyAskFor) {
  const struct {
    const char* name;
    JobBuilder job;
    PoolBuilder pool;
    const char* answer;
  } rows[] = {
      {"the very one", asking_for({"H100"}), kH100s, "fits"},
      {"any of them", asking_for({"A100", "H100"}), kH100s, "fits"},
      {"another", asking_for({"A100"}), kH100s, "never WrongSku: has H100, wants A100"},
      {"two others", asking_for({"A100", "L40"}), kH100s,
       "never NoneOfTheSkus: has H100, which the job does not ask for"},
      {"one nobody has", asking_for({"H1000"}), kH100s,
       "never NoneOfTheSkus: has H100, which the job does not ask for"},
      {"of a pool without GPUs", asking_for({"A100"}), kCpus,
       "never NoGpus: has no GPUs, job needs 1 gpu"},
      {"every group its own", asking_for({"H100"}).with_group("small", 1, {.gpu = 1}, {"T4"}),
       kMixed, "fits"},
      {"one group in vain", asking_for({"H100"}).with_group("small", 1, {.gpu = 1}, {"A100"}),
       kMixed, "never WrongSku: has H100, wants A100"},
      {"generic", kGeneric, kH100s, "fits"},
      {"generic where pools name no nodes", kGeneric, kTotalsOnly, "fits"},
      {"generic without GPUs there", kGeneric, kCpus, "never NoGpus: has no GPUs, job needs 1 gpu"},
  };
  Plugin filter(berth_module_v1(), "gpu_sku");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check_all(row.job, {row.pool, kA100s}).front(), row.answer);
  }
}

TEST(GpuSku, KeepsGenericJobsOffSpecialModels) {
  Plugin filter(berth_module_v1(), "gpu_sku", {{"special", "H100,B200"}});
  EXPECT_EQ(filter.check(kGeneric, kH100s),
            "by policy SpecialSku: H100 is kept for jobs that ask for it by name");
  EXPECT_EQ(filter.check(kGeneric, kA100s), "fits");
  EXPECT_EQ(filter.check(kGeneric, kMixed), "fits");
  EXPECT_EQ(filter.check(asking_for({"H100"}), kH100s), "fits");
}

TEST(GpuSku, KeepsJobsWithoutGpusOffGpuPools) {
  Plugin filter(berth_module_v1(), "gpu_sku");
  EXPECT_EQ(filter.check(kNoGpu, kH100s),
            "by policy GpuPool: has 16 gpu and is kept for jobs that need them");
  EXPECT_EQ(filter.check(kNoGpu, kCpus), "fits");
  EXPECT_EQ(filter.check(kGeneric.with_group("head", 1, {.cpu = 1}), kH100s), "fits");
}

TEST(GpuSku, LetsJobsWithoutGpusInWhenTheSiteSaysSo) {
  Plugin filter(berth_module_v1(), "gpu_sku", {{"allow_cpu_jobs", "true"}});
  EXPECT_EQ(filter.check(kNoGpu, kH100s), "fits");
}

}  // namespace
}  // namespace berth::testing
