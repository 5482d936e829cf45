// Clusters and their pools as people see them.
#pragma once

#include "fleet/views.hpp"
#include "status/json_text.hpp"

namespace berth {

Json cluster_json(const ClusterView& cluster);  // [any]
Json pool_json(const PoolView& pool);           // [any]

}  // namespace berth
