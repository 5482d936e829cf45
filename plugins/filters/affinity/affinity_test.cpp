#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(Affinity, HoldsAJobToItsRegionsAndZones) {
  const PoolBuilder pool = a_pool("gpu-a").in_region("us-west").in_zone("us-west-1a");
  const struct {
    const char* name;
    JobBuilder job;
    const char* answer;
  } rows[] = {
      {"asks for nothing", a_job(), "fits"},
      {"asks for this region", a_job().in_regions({"us-west"}), "fits"},
      {"this region would do", a_job().in_regions({"eu-north", "us-west"}), "fits"},
      {"asks for a known one", a_job().in_regions({"us-west-1a"}),
       "never RegionMismatch: is in region us-west, job requires us-west-1a"},
      {"asks for one nobody knows", a_job().in_regions({"moon"}),
       "never NotInRegions: is in region us-west, which the job does not ask for"},
      {"asks for one of two others", a_job().in_regions({"eu-north", "eu-south"}),
       "never NotInRegions: is in region us-west, which the job does not ask for"},
      {"asks for this zone", a_job().in_zones({"us-west-1a"}), "fits"},
      {"asks for a known other zone", a_job().in_zones({"us-west"}),
       "never ZoneMismatch: is in zone us-west-1a, job requires us-west"},
      {"asks for two other zones", a_job().in_zones({"a", "b"}),
       "never NotInZones: is in zone us-west-1a, which the job does not ask for"},
  };
  Plugin filter(berth_module_v1(), "affinity");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(row.job, pool), row.answer);
  }
}

TEST(Affinity, ReadsExpressionsAsKubernetesDoes) {
  const PoolBuilder pool =
      a_pool("gpu-a").with_label("gen", "h").with_label("env", "canary").in_zone("z1");
  const struct {
    const char* name;
    JobBuilder job;
    const char* answer;
  } rows[] = {
      {"In, among", a_job().requiring("gen", BERTH_OP_IN, {"h", "i"}), "fits"},
      {"In, not among", a_job().requiring("gen", BERTH_OP_IN, {"a"}),
       "never LabelMismatch: has label gen = h, job requires another value"},
      {"In, no label", a_job().requiring("tier", BERTH_OP_IN, {"h"}),
       "never LabelMissing: has no label (unknown)"},
      {"In, zone counts as a label", a_job().requiring("zone", BERTH_OP_IN, {"z1"}), "fits"},
      {"NotIn, among", a_job().requiring("env", BERTH_OP_NOT_IN, {"canary"}),
       "never LabelExcluded: has label env = canary, which the job excludes"},
      {"NotIn, not among", a_job().requiring("env", BERTH_OP_NOT_IN, {"live"}), "fits"},
      {"NotIn, no label", a_job().requiring("tier", BERTH_OP_NOT_IN, {"live"}), "fits"},
      {"Exists, it does", a_job().requiring("gen", BERTH_OP_EXISTS), "fits"},
      {"Exists, it does not", a_job().requiring("region", BERTH_OP_EXISTS),
       "never LabelMissing: has no label region"},
      {"DoesNotExist, it does", a_job().requiring("gen", BERTH_OP_DOES_NOT_EXIST),
       "never LabelExcluded: has label gen = h, which the job excludes"},
      {"DoesNotExist, it does not", a_job().requiring("tier", BERTH_OP_DOES_NOT_EXIST), "fits"},
      {"all must be met",
       a_job().requiring("gen", BERTH_OP_EXISTS).requiring("env", BERTH_OP_NOT_IN, {"canary"}),
       "never LabelExcluded: has label env = canary, which the job excludes"},
      {"an operator of the future", a_job().requiring("gen", 99, {"h"}),
       "by policy UnknownOperator: cannot judge label gen: operator 99 is not known"},
  };
  Plugin filter(berth_module_v1(), "affinity");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(row.job, pool), row.answer);
  }
}

}  // namespace
}  // namespace berth::testing
