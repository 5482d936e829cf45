#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

const PoolBuilder kPool =
    a_pool("gpu-a")
        .with_nodes("H100", 2, {.cpu = 32, .memory_gib = 128, .gpu = 8})
        .with_capacity({.cpu = 64, .memory_gib = 256, .gpu = 16, .extra = {{"fpga", 4}}})
        .with_free({.cpu = 10, .memory_gib = 20, .gpu = 6, .extra = {{"fpga", 1}}});

JobBuilder workers(std::int64_t count, Amounts each) {
  return a_job().with_group("worker", count, std::move(each));
}

TEST(Capacity, AdmitsAGangOnlyWhole) {
  const struct {
    const char* name;
    JobBuilder job;
    const char* answer;
  } rows[] = {
      {"needs nothing", a_job(), "fits"},
      {"fits", workers(2, {.cpu = 5, .memory_gib = 10, .gpu = 3}), "fits"},
      {"one GPU too many", workers(7, {.cpu = 1, .gpu = 1}),
       "not now InsufficientGpu: needs 7 gpu, 6 free"},
      {"half a CPU too many", workers(3, {.cpu = 3.5}),
       "not now InsufficientCpu: needs 10.5 cpu, 10 free"},
      {"too much memory", workers(3, {.memory_gib = 7}),
       "not now InsufficientMemory: needs 21Gi of memory, 20Gi free"},
      {"too much of another resource", workers(2, {.extra = {{"fpga", 1}}}),
       "not now InsufficientExtra: needs more fpga than the 1 free"},
      {"spread over groups", workers(4, {.gpu = 1}).with_group("big", 1, {.gpu = 3}),
       "not now InsufficientGpu: needs 7 gpu, 6 free"},
      {"fpga spread over groups",
       workers(1, {.extra = {{"fpga", 1}}}).with_group("b", 1, {.extra = {{"fpga", 0.5}}}),
       "not now InsufficientExtra: needs more fpga than the 1 free"},
  };
  Plugin filter(berth_module_v1(), "capacity");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(row.job, kPool), row.answer);
  }
}

TEST(Capacity, RefusesForGoodWhatAnEmptyPoolCouldNotHold) {
  const struct {
    const char* name;
    JobBuilder job;
    const char* answer;
  } rows[] = {
      {"GPUs", workers(32, {.gpu = 1}), "never ExceedsMaxGpu: needs 32 gpu, pool has 16 in all"},
      {"CPUs", workers(2, {.cpu = 40}), "never ExceedsMaxCpu: needs 80 cpu, pool has 64 in all"},
      {"memory", workers(1, {.memory_gib = 300}),
       "never ExceedsMaxMemory: needs 300Gi of memory, pool has 256Gi in all"},
      {"another resource", workers(5, {.extra = {{"fpga", 1}}}),
       "never ExceedsMaxExtra: needs more fpga than the 4 that the pool has in all"},
      {"one that nobody has", workers(1, {.extra = {{"tpu", 1}}}),
       "never ExceedsMaxExtra: needs more (unknown) than the 0 that the pool has in all"},
      {"never goes before not now", workers(5, {.gpu = 3, .extra = {{"fpga", 1}}}),
       "never ExceedsMaxExtra: needs more fpga than the 4 that the pool has in all"},
  };
  Plugin filter(berth_module_v1(), "capacity");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(row.job, kPool), row.answer);
  }
}

TEST(Capacity, IgnoresAnOverdrawnResourceThatIsNotNeeded) {
  Plugin filter(berth_module_v1(), "capacity");
  const PoolBuilder overdrawn = kPool.with_free({.cpu = -3, .memory_gib = 20, .gpu = 6});
  EXPECT_EQ(filter.check(workers(1, {.gpu = 1}), overdrawn), "fits");
  EXPECT_EQ(filter.check(workers(1, {.cpu = 1}), overdrawn),
            "not now InsufficientCpu: needs 1 cpu, -3 free");
}

}  // namespace
}  // namespace berth::testing
