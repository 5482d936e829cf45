#include "config/setting_value.hpp"

#include <cmath>

#include "base/nearest.hpp"
#include "model/id.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

Error refusal(std::string message) { return {"BadSetting", std::move(message)}; }

Error must_be(const std::string& what, const Value& value) {
  return refusal("must be " + what + ", is " + describe(value));
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

std::vector<std::string> choices_of(const Setting& setting) {
  std::vector<std::string> choices(1);
  for (const char c : setting.unit) {
    if (c == '|')
      choices.emplace_back();
    else
      choices.back() += c;
  }
  return choices;
}

Error no_choice(const Setting& setting, const Value& value) {
  const std::vector<std::string> choices = choices_of(setting);
  std::string message = "must be one of";
  for (const std::string& each : choices) message += (&each == &choices[0] ? " " : ", ") + each;
  message += "; is " + describe(value);
  const auto near = nearest(*value.as<std::string>(), choices);
  return refusal(near ? message + "; nearest: " + in_quotes(*near) : message);
}

bool is_choice(const Setting& setting, const std::string& text) {
  for (const std::string& each : choices_of(setting)) {
    if (each == text) return true;
  }
  return false;
}

Result<double> in_range(const Setting& setting, double amount, const Value& value,
                        const std::string& least, const std::string& most) {
  if (amount < setting.least)
    return refusal("must be " + least + " or more, is " + describe(value));
  if (setting.most > 0 && amount > setting.most)
    return refusal("must be at most " + most + ", is " + describe(value));
  return amount;
}

Result<std::int64_t> whole_number(const Setting& setting, const Value& value) {
  const auto* integer = value.as<std::int64_t>();
  if (integer == nullptr) return must_be("a whole number", value);
  const auto fits = in_range(setting, static_cast<double>(*integer), value,
                             std::to_string(static_cast<std::int64_t>(setting.least)),
                             std::to_string(static_cast<std::int64_t>(setting.most)));
  if (!fits) return fits.error();
  return *integer;
}

Result<std::int64_t> duration(const Setting& setting, const Value& value) {
  const auto* text = value.as<std::string>();
  const auto ms = text ? parse_duration_ms(*text) : Result<std::int64_t>(Error{});
  if (!ms) return must_be("a duration such as \"30s\" or \"1h30m\"", value);
  const auto fits = in_range(setting, static_cast<double>(*ms), value,
                             duration_text(static_cast<std::int64_t>(setting.least)),
                             duration_text(static_cast<std::int64_t>(setting.most)));
  if (!fits) return fits.error();
  return *ms;
}

// A quantity as text or as a bare number; `scale` of it is one whole.
Result<std::int64_t> quantity(const Setting& setting, const Value& value) {
  const bool milli = setting.type == SettingType::kMilli;
  const auto show = [&](double amount) {
    const auto whole = static_cast<std::int64_t>(amount);
    return milli ? milli_text(whole) : bytes_text(whole);
  };
  double amount = std::nan("");
  if (const auto* text = value.as<std::string>()) {
    const auto parsed = milli ? parse_milli(*text) : parse_bytes(*text);
    if (parsed) amount = static_cast<double>(*parsed);
  }
  const double scale = milli ? 1000 : 1;
  if (const auto* integer = value.as<std::int64_t>())
    amount = static_cast<double>(*integer) * scale;
  if (const auto* number = value.as<double>()) amount = std::ceil(*number * scale - 1e-6);
  if (std::isnan(amount))
    return must_be(milli ? "a quantity such as 4, 1.5 or \"500m\""
                         : "a quantity such as \"16Gi\" or a number of bytes",
                   value);
  const auto fits = in_range(setting, amount, value, show(setting.least), show(setting.most));
  if (!fits) return fits.error();
  return static_cast<std::int64_t>(amount);
}

// A default stands on no line.
void forget_lines(Value& value) {
  value.line = 0;
  if (auto* array = std::get_if<Array>(&value.content)) {
    for (Value& each : *array) forget_lines(each);
  }
  if (auto* table = std::get_if<Table>(&value.content)) {
    for (Entry& each : *table) {
      each.line = 0;
      forget_lines(each.value);
    }
  }
}

std::vector<Value> all_fallbacks() {
  std::vector<Value> values;
  for (const Setting& each : all_settings()) {
    Value value{0, Moment{}};
    if (each.presence == Presence::kDefault) {
      const Document document = parse_document("value = " + std::string(each.fallback));
      value = std::get<Table>(document).front().value;
      forget_lines(value);
    }
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace

Result<std::string> text_value(const Setting& setting, const Value& value) {
  const auto* text = value.as<std::string>();
  if (text == nullptr) return must_be("text", value);
  switch (setting.type) {
    case SettingType::kName:
    case SettingType::kNames:
      if (!is_name(*text)) return must_be(std::string(kNameForm), value);
      break;
    case SettingType::kChoice:
      if (!is_choice(setting, *text)) return no_choice(setting, value);
      break;
    case SettingType::kPath:
      if (text->empty()) return must_be("a path", value);
      if (text->find('\0') != std::string::npos)
        return refusal("must be a path without zero bytes");
      break;
    case SettingType::kText:
    case SettingType::kBoolean:
    case SettingType::kInteger:
    case SettingType::kNumber:
    case SettingType::kDuration:
    case SettingType::kMilli:
    case SettingType::kBytes:
    case SettingType::kTexts:
    case SettingType::kLabels:
    case SettingType::kTable:
    case SettingType::kTables:
      break;
  }
  return *text;
}

Result<std::int64_t> integer_value(const Setting& setting, const Value& value) {
  if (setting.type == SettingType::kDuration) return duration(setting, value);
  if (setting.type == SettingType::kInteger) return whole_number(setting, value);
  return quantity(setting, value);
}

Result<bool> flag_value(const Setting&, const Value& value) {
  const auto* flag = value.as<bool>();
  if (flag == nullptr) return must_be("true or false", value);
  return *flag;
}

Result<double> number_value(const Setting& setting, const Value& value) {
  double amount = std::nan("");
  if (const auto* integer = value.as<std::int64_t>()) amount = static_cast<double>(*integer);
  if (const auto* number = value.as<double>()) amount = *number;
  if (std::isnan(amount)) return must_be("a number", value);
  return in_range(setting, amount, value, std::to_string(static_cast<std::int64_t>(setting.least)),
                  std::to_string(static_cast<std::int64_t>(setting.most)));
}

const Value& fallback_value(const Setting& setting) {
  static const std::vector<Value> kFallbacks = all_fallbacks();
  return kFallbacks[static_cast<std::size_t>(&setting - all_settings().data())];
}

}  // namespace berth
