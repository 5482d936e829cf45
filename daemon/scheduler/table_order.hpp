// Which pools stand in the table of a decision, and in which order.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler/round.hpp"

namespace berth {

struct TableOrder {
  struct Row {
    std::size_t tier;
    std::uint32_t index;   // into the tier's pools
    std::size_t survivor;  // into its survivors; of a refused pool: kRefused
  };
  static constexpr std::size_t kRefused = ~std::size_t{0};

  std::vector<Row> rows;
  int left_out = 0;
  bool host_speaks = false;  // some row is a refusal of the host's own
};

// All pools up to a limit, beyond it the best and the first refused: tier by tier, survivors first,
// the best of them before the others.
TableOrder order_table(const std::vector<TierFate>& tiers);

}  // namespace berth
