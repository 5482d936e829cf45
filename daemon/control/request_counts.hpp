// How many requests each route answered, and how.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"
#include "control/call.hpp"

namespace berth {

struct RouteCount {
  std::string_view method;
  std::string_view route;  // the pattern; "other" for what fits none
  int status = 0;
  std::uint64_t requests = 0;
};

// One cell for each route and status: however many paths clients invent, nothing grows. [any]
class RequestCounts {
 public:
  explicit RequestCounts(std::size_t routes);  // one more is kept, for what fits none

  // `route` beyond the last: none that there is.
  void answered(std::size_t route, int status, std::int64_t took_ns);

  std::vector<RouteCount> counts() const;  // those that are not zero
  Histogram::Value times() const { return times_.value(); }

 private:
  static constexpr int kFirstStatus = 100;
  static constexpr int kStatuses = 500;
  using Row = std::array<std::atomic<std::uint64_t>, kStatuses>;

  std::vector<std::unique_ptr<Row>> rows_;
  Histogram times_;
};

}  // namespace berth
