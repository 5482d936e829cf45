// A TOML file as a tree that remembers lines and the order of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct Value;
struct Entry;
using Array = std::vector<Value>;
using Table = std::vector<Entry>;

// A date or a time: nothing that a site file has a use for.
struct Moment {};

struct Value {
  int line = 0;
  std::variant<std::string, std::int64_t, double, bool, Moment, Array, Table> content;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&content);
  }
};

struct Entry {
  std::string key;
  int line = 0;
  Value value;
};

const Entry* find_entry(const Table& table, std::string_view key);  // null: not there [any]

// Where TOML is not well-formed: only the first place is known.
struct SyntaxError {
  int line = 0;
  std::string message;
};

using Document = std::variant<Table, SyntaxError>;

Document parse_document(std::string_view text);  // [any]

// "abc" in quotes, a number as it is, "a list", "a table": for `must be text, is ...`. [any]
std::string describe(const Value& value);

}  // namespace berth
