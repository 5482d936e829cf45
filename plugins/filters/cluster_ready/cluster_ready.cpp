// Keeps jobs off clusters that take none at the moment. All its refusals are "not now": clusters
// come back, and cordons are lifted.
#include <berth/filter.hpp>

namespace {

struct ClusterReady {
  enum why : std::uint16_t { cordoned = 1, draining, offline, unclear };
  static constexpr berth::reason reasons[] = {
      {cordoned, "ClusterCordoned", "cluster {have} is cordoned", berth::not_now},
      {draining, "ClusterDraining", "cluster {have} is being drained", berth::not_now},
      {offline, "ClusterOffline", "cluster {have} is offline", berth::not_now},
      {unclear, "ClusterStateUnknown",
       "cluster {have} is in a state this filter does not know: {want}", berth::not_now}};

  berth::verdict check(const berth::Job&, const berth::Pool& pool) const {
    switch (pool.cluster_state()) {
      case BERTH_CLUSTER_READY:
        return berth::fits;
      case BERTH_CLUSTER_CORDONED:
        return {cordoned, {}, pool.cluster()};
      case BERTH_CLUSTER_DRAINING:
        return {draining, {}, pool.cluster()};
      case BERTH_CLUSTER_OFFLINE:
        return {offline, {}, pool.cluster()};
    }
    return {unclear, pool.cluster_state(), pool.cluster()};
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<ClusterReady>("cluster_ready", "1.0.0",
                                                "Only clusters that are ready take new jobs"))
