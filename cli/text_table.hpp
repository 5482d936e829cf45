// Rows under titles, as wide as they need to be, fitted to a terminal.
#pragma once

#include <string>
#include <vector>

#include "cli/console.hpp"

namespace berth {

struct TableColumn {
  std::string title;
  bool gives_way = false;  // is cut first when a terminal is too narrow
  bool to_the_right = false;
  bool goes_below = false;  // what was cut is shown whole on lines of its own below the row
};

struct TableCell {
  TableCell(std::string text, Tint tint = Tint::kNone) : text(std::move(text)), tint(tint) {}
  TableCell(const char* text) : text(text) {}

  std::string text;  // one line; empty shows as "-"
  Tint tint = Tint::kNone;
};

class TextTable {
 public:
  explicit TextTable(std::vector<TableColumn> columns);

  void add(std::vector<TableCell> row);
  bool empty() const { return rows_.empty(); }

  // All lines, each with its end. Where the console has a width, columns that give way are cut to
  // fit it, to no less than eight characters. Called again, it gives the rows added since: without
  // titles, in the columns of those before.
  std::string text(const Console& console);

 private:
  using Row = std::vector<TableCell>;

  std::vector<std::size_t> wanted_widths() const;
  void set_widths(int limit);
  void put(std::string& line, std::size_t column, const TableCell& cell,
           const Console& console) const;
  std::string line_of(const Row& row, const Console& console) const;
  std::string lines_below(const Row& row, int limit) const;

  std::vector<TableColumn> columns_;
  std::vector<Row> rows_;             // not shown yet
  std::vector<std::size_t> widths_;  // empty: nothing was shown yet
};

}  // namespace berth
