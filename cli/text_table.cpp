#include "cli/text_table.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "cli/printable.hpp"

namespace berth {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 8;
constexpr std::size_t kLeastLine = 20;

// Printable before it is measured: what is spelled out takes its room.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return text.empty() ? "-" : printable(text);
}

// Lines of at most `limit` columns, broken at blanks, each after `indent` of them.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t limit) {
  std::string lines;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) lines += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (indent + text_width(line) + 1 + text_width(word) > limit) end_line();
    line += (line.empty() ? "" : " ") + word;
  }
  end_line();
  return lines;
}

void trim_right(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

TextTable::TextTable(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

void TextTable::add(std::vector<TableCell> row) {
  row.resize(columns_.size(), TableCell(""));
  for (TableCell& cell : row) cell.text = one_line(std::move(cell.text));
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::wanted_widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = widths_.empty() ? text_width(columns_[i].title) : widths_[i];
    for (const Row& row : rows_) width = std::max(width, text_width(row[i].text));
    widths.push_back(width);
  }
  return widths;
}

void TextTable::set_widths(int limit) {
  if (limit > 0 && !widths_.empty()) return;  // what follows is cut to what is there
  widths_ = wanted_widths();
  std::size_t total = std::accumulate(widths_.begin(), widths_.end(), kGap * (widths_.size() - 1));
  // First those that lose nothing, for what is cut of them goes below.
  for (const bool goes_below : {true, false}) {
    for (std::size_t i = 0; i < widths_.size() && limit > 0; ++i) {
      const bool can_give = columns_[i].gives_way && columns_[i].goes_below == goes_below;
      if (!can_give || total <= static_cast<std::size_t>(limit)) continue;
      const std::size_t least = std::min(widths_[i], kLeastWidth);
      const std::size_t cut = std::min(widths_[i] - least, total - static_cast<std::size_t>(limit));
      widths_[i] -= cut;
      total -= cut;
    }
  }
}

void TextTable::put(std::string& line, std::size_t column, const TableCell& cell,
                    const Console& console) const {
  const std::string cut = cut_to_width(cell.text, widths_[column]);
  const std::string blanks(widths_[column] - text_width(cut), ' ');
  const std::string shown = console.tinted(cell.tint, cut);
  const bool is_last = column + 1 == widths_.size();
  line += columns_[column].to_the_right ? blanks + shown : shown + (is_last ? "" : blanks);
  if (!is_last) line.append(kGap, ' ');
}

std::string TextTable::line_of(const Row& row, const Console& console) const {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) put(line, i, row[i], console);
  trim_right(line);
  return line + "\n";
}

// What was cut of the row and must not be lost.
std::string TextTable::lines_below(const Row& row, int limit) const {
  std::string lines;
  for (std::size_t i = 0; i < row.size() && limit > 0; ++i) {
    if (!columns_[i].goes_below || text_width(row[i].text) <= widths_[i]) continue;
    lines += wrapped(row[i].text, kGap, std::max(static_cast<std::size_t>(limit), kLeastLine));
  }
  return lines;
}

std::string TextTable::text(const Console& console) {
  const int limit = console.form().width;
  std::string all;
  const bool is_first = widths_.empty();
  set_widths(limit);
  if (is_first) {
    Row titles;
    for (const TableColumn& column : columns_) titles.emplace_back(column.title);
    all = line_of(titles, console);
  }
  for (const Row& row : std::exchange(rows_, {}))
    all += line_of(row, console) + lines_below(row, limit);
  return all;
}

}  // namespace berth
