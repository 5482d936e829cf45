#include "control/request_counts.hpp"

#include <algorithm>

#include "control/router.hpp"

namespace berth {

RequestCounts::RequestCounts(std::size_t routes) {
  for (std::size_t i = 0; i <= routes; ++i) rows_.push_back(std::make_unique<Row>());
}

void RequestCounts::answered(std::size_t route, int status, std::int64_t took_ns) {
  Row& row = *rows_[std::min(route, rows_.size() - 1)];
  const int cell = std::clamp(status - kFirstStatus, 0, kStatuses - 1);
  row[static_cast<std::size_t>(cell)].fetch_add(1, std::memory_order_relaxed);
  times_.add(took_ns);
}

std::vector<RouteCount> RequestCounts::counts() const {
  std::vector<RouteCount> all;
  const std::vector<Route>& routes = all_routes();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (int cell = 0; cell < kStatuses; ++cell) {
      const std::uint64_t requests =
          (*rows_[i])[static_cast<std::size_t>(cell)].load(std::memory_order_relaxed);
      if (requests == 0) continue;
      const bool is_route = i < routes.size();
      all.push_back({is_route ? method_name(routes[i].method) : "other",
                     is_route ? routes[i].pattern : "other", kFirstStatus + cell, requests});
    }
  }
  return all;
}

}  // namespace berth
