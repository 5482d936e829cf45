#include "cli/text_table.hpp"

#include <algorithm>
#include <numeric>

namespace berth {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 8;

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return text.empty() ? "-" : text;
}

void trim_right(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

TextTable::TextTable(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

void TextTable::add(std::vector<TableCell> row) {
  row.resize(columns_.size(), TableCell(""));
  for (TableCell& cell : row) cell.text = one_line(std::move(cell.text));
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::widths(int limit) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = text_width(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, text_width(row[i].text));
    widths.push_back(width);
  }
  std::size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  for (std::size_t i = 0; i < widths.size() && limit > 0; ++i) {
    if (!columns_[i].gives_way || total <= static_cast<std::size_t>(limit)) continue;
    const std::size_t least = std::min(widths[i], kLeastWidth);
    const std::size_t cut = std::min(widths[i] - least, total - static_cast<std::size_t>(limit));
    widths[i] -= cut;
    total -= cut;
  }
  return widths;
}

std::string TextTable::text(const Console& console) const {
  const auto widths = this->widths(console.form().width);
  const auto put = [&](std::string& line, std::size_t i, const std::string& text, Tint tint) {
    const std::string cut = cut_to_width(text, widths[i]);
    const std::string blanks(widths[i] - text_width(cut), ' ');
    const std::string shown = console.tinted(tint, cut);
    const bool is_last = i + 1 == widths.size();
    line += columns_[i].to_the_right ? blanks + shown : shown + (is_last ? "" : blanks);
    if (!is_last) line.append(kGap, ' ');
  };
  std::string all;
  for (std::size_t i = 0; i < columns_.size(); ++i) put(all, i, columns_[i].title, Tint::kNone);
  trim_right(all);
  all += '\n';
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) put(line, i, row[i].text, row[i].tint);
    trim_right(line);
    all += line + '\n';
  }
  return all;
}

}  // namespace berth
