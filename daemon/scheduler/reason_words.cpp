#include "scheduler/reason_words.hpp"

#include <tuple>

namespace berth {
namespace {

constexpr std::size_t kKnownMax = 8192;

auto fields(const berth_verdict& verdict) {
  return std::tie(verdict.kind, verdict.reason, verdict.want_unit, verdict.have_unit, verdict.want,
                  verdict.have);
}

const ReasonText& own_words(PoolFate::Own own) {
  static const ReasonText kNone{};
  static const ReasonText kNotNamed{"NotNamed", "the job names another pool or cluster"};
  static const ReasonText kExcluded{"Excluded", "the job failed to start here"};
  static const ReasonText kReserved{"BehindHigherPriority", "kept for a job further ahead"};
  switch (own) {
    case PoolFate::Own::kNone:
      return kNone;
    case PoolFate::Own::kNotNamed:
      return kNotNamed;
    case PoolFate::Own::kExcluded:
      return kExcluded;
    case PoolFate::Own::kReserved:
      return kReserved;
  }
  return kNone;
}

}  // namespace

bool ReasonWords::Said::operator==(const Said& other) const {
  return filter == other.filter && fields(verdict) == fields(other.verdict);
}

std::size_t ReasonWords::Hash::operator()(const Said& said) const {
  std::size_t hash = reinterpret_cast<std::size_t>(said.filter) ^ said.verdict.reason;
  for (const std::int64_t number : {said.verdict.want, said.verdict.have})
    hash = (hash ^ static_cast<std::size_t>(number)) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 32);
}

const ReasonText& ReasonWords::of(const PoolFate& fate, const Panel& panel) {
  if (fate.own != PoolFate::Own::kNone) return own_words(fate.own);
  const Filter& filter = *panel.filters[static_cast<std::size_t>(fate.refused_by)]->filter;
  const Said said{&filter, fate.verdict};
  if (const auto known = known_.find(said); known != known_.end()) return known->second;
  return known_.emplace(said, filter.explain(fate.verdict)).first->second;
}

void ReasonWords::trim() {
  if (known_.size() > kKnownMax) known_.clear();
}

const std::string& refuser_of(const PoolFate& fate, const Panel& panel) {
  static const std::string kHost = "berth";
  if (fate.own != PoolFate::Own::kNone) return kHost;
  return panel.filters[static_cast<std::size_t>(fate.refused_by)]->filter->instance();
}

}  // namespace berth
