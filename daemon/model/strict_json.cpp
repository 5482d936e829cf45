#include "model/strict_json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace berth {
namespace {

// Watches the parser go by and remembers the first thing that is not allowed.
class Watcher {
 public:
  explicit Watcher(int depth_max) : depth_max_(depth_max) {}

  bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (depth > depth_max_ && problem_.empty())
      problem_ = "nested deeper than " + std::to_string(depth_max_);
    switch (event) {
      case Event::object_start: keys_.emplace_back(); break;
      case Event::object_end: keys_.pop_back(); break;
      case Event::key: see_key(value); break;
      case Event::array_start:
      case Event::array_end:
      case Event::value: break;
    }
    return true;
  }

  const std::string& problem() const { return problem_; }

 private:
  void see_key(const nlohmann::json& key) {
    const std::string& name = key.get_ref<const std::string&>();
    if (!keys_.back().insert(name).second && problem_.empty())
      problem_ = "the key \"" + clean_utf8(name, 100) + "\" stands twice in one object";
  }

  int depth_max_;
  std::vector<std::set<std::string>> keys_;
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
  Watcher watcher(depth_max);
  try {
    auto value = nlohmann::json::parse(
        text, [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
          return watcher(depth, event, parsed);
        });
    if (!watcher.problem().empty()) return Error{"BadJson", watcher.problem()};
    return value;
  } catch (const nlohmann::json::exception& error) {
    std::string what = error.what();
    if (const auto end_of_code = what.find("] "); end_of_code != std::string::npos)
      what.erase(0, end_of_code + 2);
    return Error{"BadJson", clean_utf8(what, 300)};
  }
}

}  // namespace berth
