#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(WorkloadFormat, WantsAFormatThatBothSidesKnow) {
  const PoolBuilder local = a_pool("p").taking("process/group");
  const PoolBuilder kubernetes = a_pool("q").taking("kubernetes/objects");
  Plugin filter(berth_module_v1(), "workload_format");
  const JobBuilder job = a_job().rendering("process/group");
  EXPECT_EQ(filter.check(job, local), "fits");
  EXPECT_EQ(
      filter.check_all(job, {kubernetes, local}).front(),
      "never NoCommonFormat: cluster takes kubernetes/objects, job's type renders process/group");
  EXPECT_EQ(filter.check(job.rendering("kubernetes/objects"), kubernetes), "fits");
  EXPECT_EQ(filter.check(a_job(), local),
            "never NoCommonFormat: cluster takes process/group, job's type renders (none)");
  EXPECT_EQ(filter.check(a_job().rendering("unheard/of"), local),
            "never NoCommonFormat: cluster takes process/group, job's type renders (unknown)");
}

}  // namespace
}  // namespace berth::testing
