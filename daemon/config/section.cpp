#include "config/section.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "config/references.hpp"
#include "config/setting_value.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string item(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Section::Section(Findings& findings, std::string scope, std::string path, const Table* table,
                 int line)
    : findings_(&findings),
      scope_(std::move(scope)),
      path_(std::move(path)),
      table_(table),
      line_(line) {}

const Setting& Section::setting(std::string_view name) const {
  const Setting* found = find_setting(scope_, name);
  if (found == nullptr) throw std::logic_error("the schema has no " + place(name));
  return *found;
}

const Entry* Section::entry(std::string_view name) const {
  return table_ == nullptr ? nullptr : find_entry(*table_, name);
}

bool Section::has(std::string_view name) const { return entry(name) != nullptr; }

int Section::line_of(std::string_view name) const {
  const Entry* found = entry(name);
  return found == nullptr ? line_ : found->line;
}

std::string Section::place(std::string_view name) const { return below(path_, name); }

// Items of a list have no heading of their own to point at: "scorers[2]: weight must be ...".
std::string Section::said_of(std::string_view name) const {
  return path_.ends_with(']') ? path_ + ": " + std::string(name) + " " : place(name) + ": ";
}

void Section::must(std::string_view name, int line, const std::string& message) {
  findings_->wrong(line, said_of(name) + message);
}

void Section::wrong(std::string_view name, const std::string& message) {
  findings_->wrong(line_of(name), place(name) + ": " + message);
}

void Section::wrong_name(const std::string& message) {
  findings_->wrong(line_, path_ + ": " + message);
}

// Null: the file does not say, and there is no default.
const Value* Section::found_or_fallback(const Setting& setting) {
  if (const Entry* found = entry(setting.name)) {
    findings_->stands(place(setting.name), found->line);
    return &found->value;
  }
  if (setting.presence == Presence::kRequired) must(setting.name, line_, "is required");
  if (setting.presence != Presence::kDefault) return nullptr;
  return &fallback_value(setting);
}

template <typename T, typename Convert>
T Section::read(std::string_view name, Convert convert) {
  const Setting& what = setting(name);
  const Value* value = found_or_fallback(what);
  if (value == nullptr) return T{};
  auto converted = convert(what, *value);
  if (converted) return *std::move(converted);
  must(name, line_of(name), converted.error().message);
  if (what.presence != Presence::kDefault) return T{};
  return *convert(what, fallback_value(what));
}

std::string Section::text(std::string_view name) { return read<std::string>(name, text_value); }

bool Section::flag(std::string_view name) { return read<bool>(name, flag_value); }

std::int64_t Section::integer(std::string_view name) {
  return read<std::int64_t>(name, integer_value);
}

double Section::number(std::string_view name) { return read<double>(name, number_value); }

std::vector<std::string> Section::texts(std::string_view name) {
  const Setting& what = setting(name);
  const Value* value = found_or_fallback(what);
  if (value == nullptr) return {};
  const Array* array = value->as<Array>();
  if (array == nullptr) {
    const char* wanted = what.type == SettingType::kNames ? "names" : "text";
    must(name, line_of(name),
         std::string("must be a list of ") + wanted + ", is " + describe(*value));
    return {};
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Value& each = (*array)[i];
    const std::string path = item(place(name), i);
    findings_->stands(path, each.line);
    auto text = text_value(what, each);
    if (!text)
      findings_->wrong(each.line, path + ": " + text.error().message);
    else if (contains(texts, *text))
      findings_->wrong(each.line, path + ": \"" + *text + "\" stands twice");
    texts.push_back(text ? *std::move(text) : std::string());
  }
  return texts;
}

std::map<std::string, std::string> Section::labels(std::string_view name) {
  const Entry* found = entry(name);
  if (found == nullptr) return {};
  const Table* table = found->value.as<Table>();
  if (table == nullptr) {
    must(name, found->line,
         "must be a table of text such as {gen = \"h\"}, is " + describe(found->value));
    return {};
  }
  std::map<std::string, std::string> labels;
  for (const Entry& label : *table) {
    const std::string path = below(place(name), label.key);
    const auto* text = label.value.as<std::string>();
    if (label.key.empty())
      findings_->wrong(label.line, path + ": must have a name");
    else if (text == nullptr)
      findings_->wrong(label.line, path + ": must be text, is " + describe(label.value));
    else
      labels[label.key] = *text;
  }
  return labels;
}

Section Section::table(std::string_view name) {
  const Entry* found = entry(name);
  const Table* table = found ? found->value.as<Table>() : nullptr;
  if (found != nullptr && table == nullptr)
    must(name, found->line, "must be a table, is " + describe(found->value));
  return {*findings_, below(scope_, name), place(name), table, found ? found->line : line_};
}

std::vector<Section> Section::tables(std::string_view name) {
  const Setting& what = setting(name);
  const Value* value = found_or_fallback(what);
  if (value == nullptr) return {};
  const Array* array = value->as<Array>();
  if (array == nullptr) {
    must(name, line_of(name), "must be a list of tables, is " + describe(*value));
    return {};
  }
  std::vector<Section> sections;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Value& each = (*array)[i];
    const std::string path = item(place(name), i);
    const Table* table = each.as<Table>();
    if (table == nullptr) {
      findings_->wrong(each.line, path + ": must be a table, is " + describe(each));
      continue;
    }
    findings_->stands(path, each.line);
    sections.emplace_back(*findings_, below(scope_, name) + "[]", path, table, each.line);
  }
  return sections;
}

std::vector<std::pair<std::string, Section>> Section::named() {
  std::vector<std::pair<std::string, Section>> sections;
  if (table_ == nullptr) return sections;
  for (const Entry& each : *table_) {
    const Table* table = each.value.as<Table>();
    Section section(*findings_, below(scope_, "NAME"), place(each.key), table, each.line);
    if (!is_name(each.key))
      section.wrong_name("\"" + clean_utf8(each.key, 100) + "\" must be " + std::string(kNameForm));
    if (table == nullptr)
      section.wrong_name("must be a table, is " + describe(each.value));
    else
      sections.emplace_back(each.key, std::move(section));
  }
  return sections;
}

void Section::refer_one(const std::string& path, const Value& value, std::string_view what,
                        const std::vector<std::string>& known) {
  const auto* name = value.as<std::string>();
  if (name == nullptr || !is_name(*name) || contains(known, *name)) return;
  const std::vector<std::string> none;
  findings_->wrong(value.line,
                   path + ": " + no_such(what, *name, findings_->are_many() ? none : known));
}

void Section::refer(std::string_view name, std::string_view what,
                    const std::vector<std::string>& known) {
  const Entry* found = entry(name);
  if (found == nullptr) return;
  refer_one(place(name), found->value, what, known);
  const Array* array = found->value.as<Array>();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i)
    refer_one(item(place(name), i), (*array)[i], what, known);
}

Section Section::absent(std::string_view name) const {
  return {*findings_, below(scope_, "NAME"), place(name), nullptr, 0};
}

std::vector<const Entry*> Section::unknown() const {
  std::vector<const Entry*> entries;
  if (table_ == nullptr) return entries;
  for (const Entry& each : *table_) {
    if (find_setting(scope_, each.key) == nullptr) entries.push_back(&each);
  }
  return entries;
}

void Section::refuse_unknown() {
  const std::vector<std::string> names = setting_names(scope_);
  for (const Entry* each : unknown()) {
    const auto near = nearest(each->key, names);
    const std::string hint =
        near ? "nearest: \"" + *near + "\""
             : (path_.empty() ? "a site file" : path_) + " has: " + join(names, ", ");
    findings_->wrong(each->line, place(each->key) + ": no such setting; " + hint);
  }
}

}  // namespace berth
