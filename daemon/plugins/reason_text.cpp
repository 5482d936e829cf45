#include "plugins/reason_text.hpp"

#include <optional>

#include "model/quantity.hpp"

namespace berth {
namespace {

std::string amount_text(std::int64_t amount, std::string (*shown)(std::int64_t)) {
  return amount < 0 ? "-" + shown(-amount)
                    : shown(amount);  // an overcommitted pool has less than 0
}

std::string number_text(std::int64_t number, berth_unit unit, const Interns& interns) {
  switch (unit) {
    case BERTH_UNIT_MILLI:
      return amount_text(number, &milli_text);
    case BERTH_UNIT_BYTES:
      return amount_text(number, &bytes_text);
    case BERTH_UNIT_TEXT: {
      const std::string text = interns.text(static_cast<berth_id>(number));
      return text.empty() ? "unknown" : text;
    }
  }
  return std::to_string(number);
}

std::optional<berth_unit> unit_named(std::string_view name, berth_unit of_verdict) {
  if (name.empty()) return of_verdict;
  if (name == ":milli") return berth_unit{BERTH_UNIT_MILLI};
  if (name == ":bytes") return berth_unit{BERTH_UNIT_BYTES};
  if (name == ":text") return berth_unit{BERTH_UNIT_TEXT};
  return std::nullopt;
}

// What stands for "want", "have:bytes" and the like; none for other words.
std::optional<std::string> filled(std::string_view field, const berth_verdict& verdict,
                                  const Interns& interns) {
  const bool is_want = field.starts_with("want");
  if (!is_want && !field.starts_with("have")) return std::nullopt;
  const auto unit = unit_named(field.substr(4), is_want ? verdict.want_unit : verdict.have_unit);
  if (!unit) return std::nullopt;
  return number_text(is_want ? verdict.want : verdict.have, *unit, interns);
}

}  // namespace

std::string fill_reason(std::string_view text, const berth_verdict& verdict,
                        const Interns& interns) {
  std::string words;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) break;
    words += text.substr(0, open);
    if (const auto number = filled(text.substr(open + 1, close - open - 1), verdict, interns)) {
      words += *number;
      text.remove_prefix(close + 1);
    } else {
      words += '{';
      text.remove_prefix(open + 1);
    }
  }
  return words += text;
}

}  // namespace berth
