#include "cli/explain_table.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "cli/age_text.hpp"
#include "cli/console.hpp"
#include "cli/json_field.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kGap = 2;
constexpr std::string_view kAncestor = "ancestor:";

// One cell, and the words of a refusal, which go on the line below and may run to the right: what
// comes after a refusal was not asked.
struct Cell {
  std::string text;
  std::string below = {};
};

struct Row {
  std::vector<Cell> cells;
  bool is_chosen = false;
};

struct Grid {
  std::vector<std::string> titles;  // tier, pool, filters, scorers, total
  std::size_t scores_begin = 0;     // the first scorer's column
  std::vector<Row> rows;
};

std::string tier_label(const std::string& tier) {
  if (!tier.starts_with(kAncestor)) return tier;
  return "ancestor " + tier.substr(kAncestor.size());
}

std::string two_places(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string weight_text(double weight) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", weight);
  return text;
}

Cell filter_cell(const Json& word) {
  const std::string answer = text_field(word, "answer");
  const std::string text = text_field(word, "text");
  if (answer == "not_asked" || answer.empty()) return {"-"};
  if (answer == "fits") return {text.empty() ? "ok" : "ok (" + text + ")"};
  const std::string reason = text_field(word, "reason");
  return {reason.empty() ? answer : reason, text};
}

Row row_of(const Json& row, const Json& decision, bool names_tier) {
  Row result;
  result.is_chosen = flag_field(row, "chosen");
  result.cells.push_back({names_tier ? tier_label(text_field(row, "tier")) : ""});
  result.cells.push_back({text_field(row, "cluster") + "/" + text_field(row, "pool") +
                          (result.is_chosen ? " *" : "")});
  for (const Json& word : field(row, "filters")) result.cells.push_back(filter_cell(word));
  result.cells.resize(2 + field(decision, "filters").size(), {"-"});
  const Json& scores = field(row, "scores");
  for (const Json& score : scores) {
    if (score.is_number()) result.cells.push_back({two_places(score.get<double>())});
  }
  result.cells.resize(2 + field(decision, "filters").size() + field(decision, "scorers").size());
  result.cells.push_back({scores.empty() ? "" : two_places(fraction_field(row, "total"))});
  return result;
}

Grid grid_of(const Json& decision) {
  Grid grid;
  grid.titles = {"tier", "pool"};
  for (const Json& filter : field(decision, "filters"))
    grid.titles.push_back(filter.is_string() ? filter.get<std::string>() : "?");
  grid.scores_begin = grid.titles.size();
  for (const Json& scorer : field(decision, "scorers")) {
    grid.titles.push_back(text_field(scorer, "name") + " x" +
                          weight_text(fraction_field(scorer, "weight")));
  }
  grid.titles.push_back("total");
  std::string last_tier;
  for (const Json& row : field(decision, "rows")) {
    const std::string tier = text_field(row, "tier");
    grid.rows.push_back(row_of(row, decision, tier != last_tier));
    last_tier = tier;
  }
  return grid;
}

std::vector<std::size_t> widths_of(const Grid& grid) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < grid.titles.size(); ++i) {
    std::size_t width = text_width(grid.titles[i]);
    for (const Row& row : grid.rows) width = std::max(width, text_width(row.cells[i].text));
    widths.push_back(width);
  }
  return widths;
}

std::string trimmed_line(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

template <typename TextOf>
std::string grid_line(const std::vector<std::size_t>& widths, TextOf text_of) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) line += padded(text_of(i), widths[i] + kGap);
  return trimmed_line(line);
}

// Starts under its filter; moved to the left as far as it must to end within the width.
std::string line_below(const Row& row, const std::vector<std::size_t>& widths, std::size_t limit) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < row.cells.size(); start += widths[i] + kGap, ++i) {
    const std::string& below = row.cells[i].below;
    if (below.empty()) continue;
    const std::size_t length = text_width(below);
    if (limit > 0 && start + length > limit) start = length < limit ? limit - length : 0;
    return std::string(start, ' ') + below + "\n";
  }
  return "";
}

std::string as_table(const Grid& grid, const std::vector<std::size_t>& widths, std::size_t limit) {
  std::string text = grid_line(widths, [&](std::size_t i) { return grid.titles[i]; });
  for (const Row& row : grid.rows) {
    text += grid_line(widths, [&](std::size_t i) { return row.cells[i].text; });
    text += line_below(row, widths, limit);
  }
  return text;
}

// "total 1.90: least_loaded x2 0.75, bin_pack x1 0.40"; empty for a pool that was refused.
std::string score_line(const Grid& grid, const Row& row) {
  if (row.cells.back().text.empty()) return "";
  std::vector<std::string> scores;
  for (std::size_t i = grid.scores_begin; i + 1 < row.cells.size(); ++i)
    scores.push_back(grid.titles[i] + " " + row.cells[i].text);
  return "  total " + row.cells.back().text + ": " + join(scores, ", ") + "\n";
}

// A pool on lines of its own: who agreed, who refused it and why, how it scored.
std::string block_of(const Grid& grid, const Row& row) {
  std::vector<std::string> agreed;
  std::string refused;
  for (std::size_t i = 2; i < grid.scores_begin; ++i) {
    const Cell& cell = row.cells[i];
    if (cell.text.starts_with("ok")) {
      agreed.push_back(grid.titles[i] + cell.text.substr(2));
    } else if (cell.text != "-") {
      refused += "  " + grid.titles[i] + ": " + cell.text +
                 (cell.below.empty() ? "" : ": " + cell.below) + "\n";
    }
  }
  return (agreed.empty() ? "" : "  ok: " + join(agreed, ", ") + "\n") + refused +
         score_line(grid, row);
}

std::string as_blocks(const Grid& grid) {
  std::string text;
  std::string tier;
  for (const Row& row : grid.rows) {
    if (!row.cells[0].text.empty()) tier = row.cells[0].text;
    text += row.cells[1].text + "  (" + tier + ")\n" + block_of(grid, row);
  }
  return text;
}

std::string tiers_not_asked(const Json& decision) {
  const std::string why = flag_field(decision, "placed")
                              ? "  (not asked: a nearer tier had room)\n"
                              : "  (not asked: on_busy = \"wait\" stays with the nearer tier)\n";
  std::string text;
  for (const Json& tier : field(decision, "tiers_not_asked")) {
    if (tier.is_string()) text += padded(tier_label(tier.get<std::string>()), 9) + why;
  }
  return text;
}

std::string rows_left_out(const Json& decision) {
  const auto left_out = number_field(decision, "rows_left_out");
  if (left_out == 0) return "";
  std::vector<std::string> counts;
  for (const Json& refusal : field(decision, "refusals"))
    counts.push_back(text_field(refusal, "what") + " " +
                     std::to_string(number_field(refusal, "pools")));
  return "(and " + std::to_string(left_out) +
         " more pools; refusals in all: " + join(counts, ", ") + ")\n";
}

std::string outcome_line(const Json& decision) {
  if (flag_field(decision, "placed")) return "";
  std::string line = "not placed: " + text_field(decision, "reason");
  if (const auto message = text_field(decision, "message"); !message.empty())
    line += ": " + message;
  if (flag_field(decision, "never")) line += " (no pool that is known could ever take it)";
  return line + "\n";
}

std::string footer_line(const Json& decision, const std::string& tick) {
  std::string line = "decided in " + microseconds_text(fraction_field(decision, "took_us")) +
                     " on fleet view " + std::to_string(number_field(decision, "view")) +
                     ", policy " + text_field(decision, "profile") + "@" +
                     std::to_string(number_field(decision, "generation"));
  return line + (tick.empty() ? "" : "            * " + tick) + "\n";
}

}  // namespace

std::string explain_text(const nlohmann::json& decision, int width, const std::string& tick) {
  const Grid grid = grid_of(decision);
  const auto widths = widths_of(grid);
  const std::size_t limit = width > 0 ? static_cast<std::size_t>(width) : 0;
  std::size_t total = 0;
  for (const std::size_t each : widths) total += each + kGap;
  const bool is_too_wide = limit > 0 && total > limit + kGap;
  std::string text = is_too_wide ? as_blocks(grid) : as_table(grid, widths, limit);
  text += tiers_not_asked(decision) + rows_left_out(decision) + "\n" + outcome_line(decision);
  const bool has_chosen =
      std::any_of(grid.rows.begin(), grid.rows.end(), [](const Row& row) { return row.is_chosen; });
  return text + footer_line(decision, has_chosen ? tick : "");
}

std::string tier_words(const std::string& tier, const std::string& owner) {
  if (tier == "shared") return "shared";
  if (tier.starts_with(kAncestor)) return "owned by " + tier.substr(kAncestor.size());
  return owner.empty() ? tier : "owned by " + owner;
}

}  // namespace berth
