#include "plugins/answer_fields.hpp"

#include <utility>

#include "base/text.hpp"
#include "model/strict_json.hpp"

namespace berth {

nlohmann::json parse_answer(std::string_view text) {
  const std::string cleaned = is_utf8(text) ? "" : clean_utf8(text, 3 * text.size() + 3);
  auto parsed = parse_strict_json(cleaned.empty() ? text : std::string_view(cleaned));
  if (!parsed) throw AnswerFault("is no good JSON: " + parsed.error().message);
  return std::move(*parsed);
}

std::string with_member(std::string object, const char* name, std::string_view json) {
  const bool is_first = object == "{}";
  object.pop_back();
  object += is_first ? "\"" : ",\"";
  object += name;
  object += "\":";
  object += json.empty() ? "null" : json;
  object += '}';
  return object;
}

}  // namespace berth
