#include "model/request_fields.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "model/id.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

constexpr std::size_t kLabelsMax = 64;
constexpr std::size_t kLabelNameMax = 317;  // Kubernetes': a prefix of 253, "/" and 63
constexpr std::size_t kLabelBytesMax = 1024;

using nlohmann::json;

constexpr std::size_t kShownBytes = 100;

std::string in_quotes(std::string_view text) { return "\"" + clean_utf8(text, kShownBytes) + "\""; }

std::string describe(const json& value) {
  if (value.is_string()) return in_quotes(value.get_ref<const std::string&>());
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return value.dump();
}

// YAML turns 2 and true into a number and a boolean; quotes make them text again.
std::string must_be_text(const json& value) {
  const bool scalar = value.is_number() || value.is_boolean();
  return "must be text, is " + describe(value) +
         (scalar ? "; write it in quotes: " + in_quotes(value.dump()) : "");
}

std::string nearest_hint(std::string_view word, const std::vector<std::string>& words) {
  const auto near = nearest(word, words);
  return near ? "nearest: " + in_quotes(*near) : std::string();
}

std::string item(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace

RequestFields::RequestFields(std::vector<Problem>& problems, const json* object, std::string path)
    : problems_(&problems), object_(object), path_(std::move(path)) {}

std::string RequestFields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void RequestFields::add(std::string path, std::string message, std::string hint) {
  problems_->push_back({std::move(path), std::move(message), std::move(hint)});
}

void RequestFields::refuse(std::string_view name, std::string message, std::string hint) {
  add(path_of(name), std::move(message), std::move(hint));
}

void RequestFields::refuse_word(std::string_view path, const std::string& word,
                                std::string_view what, const std::vector<std::string>& words) {
  const std::string hint = nearest_hint(word, words);
  add(std::string(path), "no " + std::string(what) + " " + in_quotes(word),
      hint.empty() ? "there are: " + join(words, ", ") : hint);
}

const json* RequestFields::find(std::string_view name) {
  asked_.push_back(name);
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

const std::string* RequestFields::text_at(const json& value, const std::string& path) {
  if (value.is_string()) return &value.get_ref<const std::string&>();
  add(path, must_be_text(value));
  return nullptr;
}

std::string RequestFields::text(std::string_view name, std::string_view otherwise) {
  const json* value = find(name);
  const std::string* text = value ? text_at(*value, path_of(name)) : nullptr;
  return text ? *text : std::string(otherwise);
}

std::string RequestFields::name(std::string_view field, std::string_view otherwise) {
  const std::string text = this->text(field);
  if (text.empty()) return std::string(otherwise);
  if (is_name(text)) return text;
  refuse(field, "must be a name, is " + in_quotes(text),
         "a name has at most 63 of letters, digits, \"-\", \"_\" and \".\", and begins with a "
         "letter or digit");
  return {};
}

bool RequestFields::flag(std::string_view name) {
  const json* value = find(name);
  if (value == nullptr) return false;
  if (!value->is_boolean()) refuse(name, "must be true or false, is " + describe(*value));
  return value->is_boolean() && value->get<bool>();
}

std::int64_t RequestFields::whole(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                  std::int64_t most) {
  const json* value = find(name);
  if (value == nullptr) return otherwise;
  if (!value->is_number_integer()) {
    refuse(name, "must be a whole number, is " + describe(*value));
    return otherwise;
  }
  // JSON's unsigned numbers go beyond int64; as a double they are merely large.
  const double rough = value->get<double>();
  if (rough >= static_cast<double>(least) && rough <= static_cast<double>(most))
    return value->get<std::int64_t>();
  refuse(name, "must be " + std::to_string(least) + " to " + std::to_string(most) + ", is " +
                   describe(*value));
  return otherwise;
}

std::int64_t RequestFields::duration_ms(std::string_view name) {
  constexpr std::int64_t kAbsent = -1;
  const json* value = find(name);
  if (value == nullptr) return kAbsent;
  const auto ms = value->is_string() ? parse_duration_ms(value->get_ref<const std::string&>())
                                     : Result<std::int64_t>(Error{});
  if (ms) return *ms;
  refuse(name, "must be a duration such as \"30m\" or \"1h30m\", is " + describe(*value));
  return kAbsent;
}

std::string RequestFields::choice(std::string_view name, const std::vector<std::string>& choices) {
  const std::string word = text(name, choices.front());
  if (std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
  refuse(name, "must be one of " + join(choices, ", ") + "; is " + in_quotes(word),
         nearest_hint(word, choices));
  return choices.front();
}

std::vector<std::string> RequestFields::texts_at(const json& value, const std::string& path) {
  if (value.is_string()) return {value.get<std::string>()};
  if (!value.is_array()) {
    add(path, "must be text or a list of text, is " + describe(value));
    return {};
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (const std::string* text = text_at(value[i], item(path, i))) texts.push_back(*text);
  }
  return texts;
}

std::vector<std::string> RequestFields::texts(std::string_view name) {
  const json* value = find(name);
  return value ? texts_at(*value, path_of(name)) : std::vector<std::string>{};
}

template <typename Each>
void RequestFields::each_label(std::string_view name, Each each) {
  const json* value = find(name);
  if (value == nullptr) return;
  if (!value->is_object()) return refuse(name, "must be an object of text, is " + describe(*value));
  if (value->size() > kLabelsMax)
    return refuse(name, "has " + std::to_string(value->size()) + " labels, may have " +
                            std::to_string(kLabelsMax));
  for (const auto& [key, label] : value->items()) {
    if (key.empty())
      refuse(name, "a label must have a name");
    else if (key.size() > kLabelNameMax)
      refuse(name, "a label's name has " + std::to_string(key.size()) + " bytes, may have " +
                       std::to_string(kLabelNameMax));
    else
      each(key, label, path_of(name) + "." + key);
  }
}

std::map<std::string, std::string> RequestFields::labels(std::string_view name) {
  std::map<std::string, std::string> labels;
  each_label(name, [&](const std::string& key, const json& label, const std::string& path) {
    const std::string* text = text_at(label, path);
    if (text != nullptr && text->size() > kLabelBytesMax)
      add(path, "has " + std::to_string(text->size()) + " bytes, a label may have " +
                    std::to_string(kLabelBytesMax));
    else if (text != nullptr)
      labels[key] = *text;
  });
  return labels;
}

std::map<std::string, std::vector<std::string>> RequestFields::label_lists(std::string_view name) {
  std::map<std::string, std::vector<std::string>> lists;
  each_label(name, [&](const std::string& key, const json& label, const std::string& path) {
    lists[key] = texts_at(label, path);
    if (label.is_array() && label.empty()) add(path, "must have at least one value");
  });
  return lists;
}

RequestFields RequestFields::object(std::string_view name) {
  const json* value = find(name);
  if (value != nullptr && !value->is_object()) {
    refuse(name, "must be an object, is " + describe(*value));
    value = nullptr;
  }
  return {*problems_, value, path_of(name)};
}

std::vector<RequestFields> RequestFields::objects(std::string_view name) {
  const json* value = find(name);
  if (value == nullptr) return {};
  std::vector<RequestFields> objects;
  if (!value->is_array()) {
    refuse(name, "must be a list, is " + describe(*value));
    return objects;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const json& each = (*value)[i];
    const std::string path = item(path_of(name), i);
    if (each.is_object())
      objects.push_back({*problems_, &each, path});
    else
      add(path, "must be an object, is " + describe(each));
  }
  return objects;
}

void RequestFields::require(std::string_view name) {
  const json* value = find(name);
  const bool empty =
      value != nullptr && value->is_string() && value->get_ref<const std::string&>().empty();
  if (value == nullptr || empty) refuse(name, "is required");
}

void RequestFields::refuse_others(const std::vector<std::string>& also_known) {
  if (object_ == nullptr) return;
  const auto is_known = [&](const std::string& key) {
    return std::find(asked_.begin(), asked_.end(), key) != asked_.end() ||
           std::find(also_known.begin(), also_known.end(), key) != also_known.end();
  };
  for (const auto& [key, value] : object_->get_ref<const json::object_t&>()) {
    if (is_known(key)) continue;
    std::vector<std::string> known(asked_.begin(), asked_.end());
    known.insert(known.end(), also_known.begin(), also_known.end());
    refuse(clean_utf8(key, kShownBytes), "no such field", nearest_hint(key, known));
  }
}

}  // namespace berth
