// From what became of every pool to words that a person reads.
#pragma once

#include "fleet/pool_table.hpp"
#include "scheduler/decision.hpp"
#include "scheduler/reason_words.hpp"
#include "scheduler/round.hpp"

namespace berth {

// Why nothing was chosen: fills reason, message and never of `decision`.
void explain_refusal(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
                     const PoolTable& pools, ReasonWords& words);

// Fills columns, rows and counts of `decision`.
void add_table(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
               const PoolTable& pools, ReasonWords& words);

// "gpu_sku: WrongSku" and how many pools, in the order of the words.
std::vector<std::pair<std::string, int>> count_refusals(const std::vector<TierFate>& tiers,
                                                        const Panel& panel, ReasonWords& words);

Answer answer_of(berth_verdict_kind kind);

}  // namespace berth
