// One JSON object, written member by member as text: what there are hundreds of thousands of is not
// first built as a tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

// Appends to `out` and begins with the brace; `end` writes the last one. What is no UTF-8 becomes
// U+FFFD. [any]
class JsonRow {
 public:
  explicit JsonRow(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view name, std::string_view value);
  void number(std::string_view name, std::int64_t value);
  void json(std::string_view name, std::string_view value);  // is JSON already
  void truth(std::string_view name, bool value) { json(name, value ? "true" : "false"); }
  void null(std::string_view name) { json(name, "null"); }
  void end() { out_ += '}'; }

 private:
  void begin(std::string_view name);

  std::string& out_;
  bool is_first_ = true;
};

void append_json_text(std::string& out, std::string_view text);  // in quotes [any]

}  // namespace berth
