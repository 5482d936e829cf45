// The record of a decision as it is kept: a few bytes a row, written for every placement and read
// when somebody asks.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "fleet/pool_table.hpp"
#include "scheduler/decision.hpp"
#include "scheduler/reason_words.hpp"
#include "scheduler/round.hpp"

namespace berth {

// The table of a placement, of which `decision` has the answer: the same as add_table() gives.
// Equal decisions have equal tables, whenever they were made.
std::string encode_table(const Decision& decision, const std::vector<TierFate>& tiers,
                         const Panel& panel, const PoolTable& pools, ReasonWords& words);

// When it was made, on what, and how long it took.
std::string encode_moment(const Decision& decision);  // [any]

// Both together again. What is read back was written by this program: other bytes are an error
// "BadRecord". [any]
Result<Decision> decode_decision(std::string_view table, std::string_view moment);

}  // namespace berth
