// Labels as people write them: `region` and `zone` count as labels too.
#pragma once

#include "berth/host.hpp"
#include "berth/name.hpp"
#include "berth/pool.hpp"

namespace berth::inline v1 {

// Reads labels of pools; a pool's own label `region` or `zone` goes before the place it lies in.
// [any]
class PlaceLabels {
 public:
  PlaceLabels() = default;
  // Only in `start`: interns the two keys.
  explicit PlaceLabels(const Host& host)
      : region_(host.intern("region")), zone_(host.intern("zone")) {}

  // Absent when the pool has no such label.
  name value(const Pool& pool, name key) const {
    if (const name label = pool.label(key)) return label;
    if (key == region_) return pool.region();
    if (key == zone_) return pool.zone();
    return {};
  }

 private:
  name region_;
  name zone_;
};

}  // namespace berth::inline v1
