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
  // fit it, to no less than eight characters.
  std::string text(const Console& console) const;

 private:
  std::vector<std::size_t> widths(int limit) const;

  std::vector<TableColumn> columns_;
  std::vector<std::vector<TableCell>> rows_;
};

}  // namespace berth
