#include "scheduler/decision_json.hpp"

#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

Json word_json(const FilterWord& word) {
  Json json{{"answer", answer_name(word.answer)}};
  if (!word.reason.empty()) json["reason"] = word.reason;
  if (!word.text.empty()) json["text"] = word.text;
  return json;
}

Json row_json(const DecisionRow& row) {
  Json filters = Json::array();
  for (const FilterWord& word : row.filters) filters.push_back(word_json(word));
  return {{"tier", row.tier},       {"cluster", row.cluster}, {"pool", row.pool},
          {"chosen", row.chosen},   {"filters", filters},     {"scores", row.scores},
          {"total", row.total}};
}

}  // namespace

std::string_view answer_name(Answer answer) {
  switch (answer) {
    case Answer::kFits: return "fits";
    case Answer::kNotNow: return "not_now";
    case Answer::kNever: return "never";
    case Answer::kByPolicy: return "by_policy";
    case Answer::kNotAsked: return "not_asked";
  }
  return "not_asked";
}

std::string decision_json(const Decision& decision) {
  Json scorers = Json::array();
  for (const ScorerColumn& scorer : decision.scorers)
    scorers.push_back({{"name", scorer.name}, {"weight", scorer.weight}});
  Json rows = Json::array();
  for (const DecisionRow& row : decision.rows) rows.push_back(row_json(row));
  Json refusals = Json::array();
  for (const auto& [what, pools] : decision.refusals)
    refusals.push_back({{"what", what}, {"pools", pools}});
  const Json json{{"placed", decision.placed},
                  {"cluster", decision.cluster},
                  {"pool", decision.pool},
                  {"tier", decision.tier},
                  {"reason", decision.reason},
                  {"message", decision.message},
                  {"never", decision.never},
                  {"profile", decision.profile},
                  {"filters", decision.filters},
                  {"scorers", scorers},
                  {"rows", rows},
                  {"tiers_not_asked", decision.tiers_not_asked},
                  {"rows_left_out", decision.rows_left_out},
                  {"refusals", refusals},
                  {"view", decision.view},
                  {"ledger", decision.ledger},
                  {"generation", decision.generation},
                  {"at", iso_time(decision.at_ms)},
                  {"took_us", static_cast<double>(decision.took_ns) / 1000}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace berth
