// What a strict request names, held to what there is.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "config/site.hpp"
#include "fleet/views.hpp"
#include "model/job_class.hpp"

namespace berth {

// The cluster, pool, regions and SKUs that `wanted` names exist somewhere. Errors:
// "NoMatchingPool", one detail for each that does not, with the nearest that does and where. SKUs
// are not looked at when `pools` is empty: then not every cluster has said yet what it has.
// `request` is only for finding the path of a wrong SKU. [any]
Result<void> check_known_names(const JobClass& wanted, std::string_view request, const Site& site,
                               const std::vector<PoolView>& pools);

// Where in a request some field named `key` (or an item of it) is this text:
// "ray.workers[0].sku[1]"; empty if nowhere. [any]
std::string path_of_text(std::string_view request, std::string_view key, std::string_view text);

}  // namespace berth
