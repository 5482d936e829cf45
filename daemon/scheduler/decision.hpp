// A decision and all that is needed to explain it: a value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

enum class Answer : std::uint8_t { kFits, kNotNow, kNever, kByPolicy, kNotAsked };

// One filter's word on one pool.
struct FilterWord {
  Answer answer = Answer::kNotAsked;  // kNotAsked: an earlier filter had refused already
  std::string reason;                 // of a refusal: "WrongSku"
  std::string text;                   // "has A100, wants H100"

  bool operator==(const FilterWord&) const = default;
};

struct DecisionRow {
  std::string tier;  // "owned", "ancestor:ID" or "shared"
  std::string cluster;
  std::string pool;
  std::vector<FilterWord> filters;  // one per Decision::filters
  std::vector<double> scores;       // one per Decision::scorers, 0..1; empty: refused
  double total = 0;                 // weighted
  bool chosen = false;

  bool operator==(const DecisionRow&) const = default;
};

struct ScorerColumn {
  std::string name;
  double weight = 1;

  bool operator==(const ScorerColumn&) const = default;
};

struct Decision {
  bool placed = false;
  std::string cluster;
  std::string pool;
  std::string tier;
  std::string reason;   // when not placed: NoMatchingPool, ExceedsMaxCapacity, WaitingForCapacity,
                        // ClusterOffline, BehindHigherPriority, PolicyError, ...
  std::string message;  // "needs 32 gpu, 6 free at gpu-a"
  bool never = false;   // no pool that is known could ever take it
  std::string profile;
  std::string table;  // of a placement, for the record: what stands below, in few bytes
  std::vector<std::string> filters;  // columns
  std::vector<ScorerColumn> scorers;
  std::vector<DecisionRow> rows;   // in the order they were asked; chosen first of its tier
  std::vector<int> waiting_pools;  // that said: not now; indices of the pool table
  std::vector<std::string> tiers_not_asked;  // a nearer tier had room, or is worth waiting for
  int rows_left_out = 0;                     // beyond the limit; their refusals are in the counts
  std::vector<std::pair<std::string, int>> refusals;  // "gpu_sku: WrongSku" and how many pools
  std::int64_t view = 0;                              // version of the fleet view
  std::int64_t ledger = 0;                            // version of the ledger
  std::int64_t generation = 0;                        // of the policy
  std::int64_t at_ms = 0;
  std::int64_t took_ns = 0;

  bool operator==(const Decision&) const = default;
};

}  // namespace berth
