// From what became of every pool to words that a person reads.
#pragma once

#include "fleet/pool_table.hpp"
#include "scheduler/decision.hpp"
#include "scheduler/round.hpp"

namespace berth {

// Why nothing was chosen: fills reason, message and never of `decision`.
void explain_refusal(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
                     const PoolTable& pools);

// Fills columns, rows and counts of `decision`.
void add_table(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
               const PoolTable& pools);

}  // namespace berth
