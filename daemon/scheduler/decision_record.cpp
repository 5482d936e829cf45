#include "scheduler/decision_record.hpp"

#include "scheduler/explain.hpp"
#include "scheduler/record_bytes.hpp"
#include "scheduler/table_order.hpp"

namespace berth {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kHeadBytes = 1024;  // mostly enough, as is the next
constexpr std::size_t kRowBytes = 48;

void write_columns(RecordWriter& out, const Panel& panel) {
  out.number(static_cast<std::int64_t>(panel.filters.size()));
  for (const PolicyFilter* rule : panel.filters) out.text(rule->filter->instance());
  out.number(static_cast<std::int64_t>(panel.scorers.size()));
  for (const PolicyScorer* rule : panel.scorers) {
    out.text(rule->scorer->instance());
    out.real(rule->weight);
  }
}

// A number says which column refused, counted from 1, the host's own being 1; 0: none did.
void write_row(RecordWriter& out, const TierFate& tier, const TableOrder::Row& at,
               const Panel& panel, const PoolTable& pools, ReasonWords& words) {
  const PoolFate& fate = tier.fates[at.index];
  const PoolSetting& setting = pools.setting(tier.pool_of(at.index));
  out.number(static_cast<std::int64_t>(at.tier));
  out.repeated(setting.cluster);
  out.text(setting.name);
  if (fate.fits()) {
    out.number(0);
    for (const std::vector<double>& scores : tier.scores) out.real(scores[at.survivor]);
    out.real(tier.totals[at.survivor]);
    return;
  }
  out.number(fate.own != PoolFate::Own::kNone ? 1 : fate.refused_by + 2);
  out.number(static_cast<std::int64_t>(fate.kind()));
  const ReasonText& said = words.of(fate, panel);
  out.repeated(said.name);
  out.repeated(said.text);
}

void read_columns(RecordReader& in, Decision& decision, bool host_speaks) {
  if (host_speaks) decision.filters.push_back("berth");
  in.list([&] { decision.filters.push_back(in.text()); });
  in.list([&] {
    ScorerColumn scorer;
    scorer.name = in.text();
    scorer.weight = in.real();
    decision.scorers.push_back(std::move(scorer));
  });
}

// The column that refused, of those that are shown; past the last: none did.
std::size_t shown_column(std::int64_t refused_by, const Decision& decision, bool host_speaks) {
  if (refused_by <= 0) return decision.filters.size();
  return static_cast<std::size_t>(host_speaks ? refused_by - 1 : refused_by - 2);
}

DecisionRow read_row(RecordReader& in, const Decision& decision,
                     const std::vector<std::string>& tiers, bool host_speaks) {
  DecisionRow row;
  const auto tier = static_cast<std::size_t>(in.number());
  if (tier < tiers.size()) row.tier = tiers[tier];
  row.cluster = in.repeated();
  row.pool = in.text();
  const std::int64_t refused_by = in.number();
  const std::size_t column = shown_column(refused_by, decision, host_speaks);
  for (std::size_t i = 0; i < decision.filters.size(); ++i)
    row.filters.push_back({i < column ? Answer::kFits : Answer::kNotAsked, {}, {}});
  if (refused_by == 0) {
    for (std::size_t i = 0; i < decision.scorers.size(); ++i) row.scores.push_back(in.real());
    row.total = in.real();
    row.chosen = decision.placed && row.pool == decision.pool;
    return row;
  }
  FilterWord word;
  word.answer = answer_of(static_cast<berth_verdict_kind>(in.number()));
  word.reason = in.repeated();
  word.text = in.repeated();
  if (column < row.filters.size()) row.filters[column] = std::move(word);
  return row;
}

void read_moment(RecordReader& in, Decision& decision) {
  decision.view = in.number();
  decision.ledger = in.number();
  decision.generation = in.number();
  decision.at_ms = in.number();
  decision.took_ns = in.number();
}

void read_table(RecordReader& in, Decision& decision) {
  decision.placed = true;
  decision.cluster = in.text();
  decision.pool = in.text();
  decision.tier = in.text();
  decision.profile = in.text();
  const bool host_speaks = in.number() != 0;
  read_columns(in, decision, host_speaks);
  std::vector<std::string> tiers;
  in.list([&] { tiers.push_back(in.text()); });
  in.list([&] { decision.tiers_not_asked.push_back(in.text()); });
  decision.rows_left_out = static_cast<int>(in.number());
  in.list([&] {
    std::string what = in.text();
    decision.refusals.emplace_back(std::move(what), static_cast<int>(in.number()));
  });
  in.list([&] { decision.rows.push_back(read_row(in, decision, tiers, host_speaks)); });
}

}  // namespace

std::string encode_table(const Decision& decision, const std::vector<TierFate>& tiers,
                         const Panel& panel, const PoolTable& pools, ReasonWords& words) {
  const TableOrder order = order_table(tiers);
  const auto refusals = count_refusals(tiers, panel, words);
  RecordWriter out(kHeadBytes + order.rows.size() * (kRowBytes + 8 * panel.scorers.size()));
  out.number(kFormat);
  out.text(decision.cluster);
  out.text(decision.pool);
  out.text(decision.tier);
  out.text(decision.profile);
  out.number(order.host_speaks ? 1 : 0);
  write_columns(out, panel);
  out.number(static_cast<std::int64_t>(tiers.size()));
  for (const TierFate& tier : tiers) out.text(tier.name);
  out.number(static_cast<std::int64_t>(decision.tiers_not_asked.size()));
  for (const std::string& tier : decision.tiers_not_asked) out.text(tier);
  out.number(order.left_out);
  out.number(static_cast<std::int64_t>(refusals.size()));
  for (const auto& [what, count] : refusals) {
    out.text(what);
    out.number(count);
  }
  out.number(static_cast<std::int64_t>(order.rows.size()));
  for (const TableOrder::Row& at : order.rows)
    write_row(out, tiers[at.tier], at, panel, pools, words);
  return out.take();
}

std::string encode_moment(const Decision& decision) {
  RecordWriter out(32);
  for (const std::int64_t number :
       {decision.view, decision.ledger, decision.generation, decision.at_ms, decision.took_ns})
    out.number(number);
  return out.take();
}

Result<Decision> decode_decision(std::string_view table, std::string_view moment) {
  Decision decision;
  RecordReader rows(table);
  RecordReader when(moment);
  const bool is_known = rows.number() == kFormat;
  if (is_known) read_table(rows, decision);
  read_moment(when, decision);
  if (!is_known || !rows.has_read_all() || !when.has_read_all())
    return Error{"BadRecord", "the record of the decision cannot be read"};
  return decision;
}

}  // namespace berth
