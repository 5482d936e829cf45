#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

TEST(ClusterReady, TakesJobsOnlyWhereTheClusterIsReady) {
  const struct {
    const char* name;
    berth_cluster_state state;
    const char* answer;
  } rows[] = {
      {"ready", BERTH_CLUSTER_READY, "fits"},
      {"cordoned", BERTH_CLUSTER_CORDONED, "not now ClusterCordoned: cluster west is cordoned"},
      {"draining", BERTH_CLUSTER_DRAINING,
       "not now ClusterDraining: cluster west is being drained"},
      {"offline", BERTH_CLUSTER_OFFLINE, "not now ClusterOffline: cluster west is offline"},
      {"newer than this filter", 77,
       "not now ClusterStateUnknown: cluster west is in a state this filter does not know: 77"},
      {"never said", 0,
       "not now ClusterStateUnknown: cluster west is in a state this filter does not know: 0"},
  };
  Plugin filter(berth_module_v1(), "cluster_ready");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(a_job(), a_pool("gpu-a").in_cluster("west").in_state(row.state)),
              row.answer);
  }
}

}  // namespace
}  // namespace berth::testing
