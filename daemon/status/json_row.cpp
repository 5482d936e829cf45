#include "status/json_row.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "status/json_text.hpp"

namespace berth {
namespace {

// Stands in JSON as it is.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_plain)) {
    out += json_text(text);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void JsonRow::begin(std::string_view name) {
  if (!is_first_) out_ += ',';
  is_first_ = false;
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

void JsonRow::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_text(out_, value);
}

void JsonRow::number(std::string_view name, std::int64_t value) {
  begin(name);
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out_.append(digits, end);
}

void JsonRow::json(std::string_view name, std::string_view value) {
  begin(name);
  out_ += value;
}

}  // namespace berth
