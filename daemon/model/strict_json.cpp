#include "model/strict_json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace berth {
namespace {

// Builds the value as the parser goes by, and remembers the first thing that is not allowed.
class Builder {
 public:
  using json = nlohmann::json;

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(json::number_integer_t value) { return put(value); }
  bool number_unsigned(json::number_unsigned_t value) { return put(value); }
  bool number_float(json::number_float_t value, const std::string&) { return put(value); }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(json::binary_t&) { return false; }  // JSON's text has none

  bool start_object(std::size_t) { return open(json::value_t::object); }
  bool start_array(std::size_t) { return open(json::value_t::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    auto& members = open_.back()->get_ref<json::object_t&>();
    const auto [member, is_new] = members.try_emplace(std::move(name));
    if (!is_new && problem_.empty())
      problem_ =
          "the key \"" + clean_utf8(member->first, 100) + "\" stands twice in one object";
    member_ = &member->second;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception& error) {
    std::string what = error.what();
    if (const auto end_of_code = what.find("] "); end_of_code != std::string::npos)
      what.erase(0, end_of_code + 2);
    problem_ = clean_utf8(what, 300);
    return false;
  }

  const std::string& problem() const { return problem_; }
  json take() { return std::move(root_); }

 private:
  // Where the next value belongs.
  json& place() {
    if (open_.empty()) return root_;
    if (open_.back()->is_object()) return *member_;
    return open_.back()->get_ref<json::array_t&>().emplace_back();
  }
  template <typename Value>
  bool put(Value&& value) {
    place() = std::forward<Value>(value);
    return true;
  }
  bool open(json::value_t kind) {
    json& opened = place();
    opened = json(kind);
    open_.push_back(&opened);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  json root_;
  std::vector<json*> open_;  // objects and lists that have not ended, the innermost last
  json* member_ = nullptr;   // of the innermost object
  std::string problem_;
};

// Parsing recurses nowhere, but destroying deep values does: look before building anything.
bool nests_too_deep(std::string_view text, int depth_max) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > depth_max) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<nlohmann::json> parse_strict_json(std::string_view text, int depth_max) {
  if (!is_utf8(text)) return Error{"BadJson", "the text is not valid UTF-8"};
  if (nests_too_deep(text, depth_max))
    return Error{"BadJson", "the JSON is nested deeper than " + std::to_string(depth_max)};
  Builder builder;
  const bool is_json = nlohmann::json::sax_parse(text, &builder);
  if (!is_json || !builder.problem().empty()) return Error{"BadJson", builder.problem()};
  return builder.take();
}

}  // namespace berth
