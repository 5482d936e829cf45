#include "section/section.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "section/nearest_name.hpp"
#include "section/quantity_text.hpp"

namespace berth {

using nlohmann::json;

Section::Section(const json& object, std::string path, problems& found)
    : object_(&object), path_(std::move(path)), problems_(&found) {}

const json* Section::find(std::string_view field) {
  if (std::find(asked_.begin(), asked_.end(), field) == asked_.end()) asked_.emplace_back(field);
  const auto found = object_->find(field);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

bool Section::has(std::string_view field) { return find(field) != nullptr; }

std::string Section::path_of(std::string_view field) const {
  return path_ + '.' + std::string(field);
}

void Section::refuse(std::string_view field, std::string message, std::string hint) {
  problems_->add(path_of(field), std::move(message), std::move(hint));
}

void Section::refuse_type(std::string_view field, std::string_view wanted) {
  refuse(field, std::string("must be ").append(wanted) + ", is " + find(field)->type_name());
}

std::string Section::text(std::string_view field, std::string_view fallback) {
  const json* value = find(field);
  if (value == nullptr) return std::string(fallback);
  if (value->is_string()) return value->get<std::string>();
  refuse_type(field, "a text");
  return std::string(fallback);
}

std::int64_t Section::whole(std::string_view field, std::int64_t fallback, std::int64_t least,
                            std::int64_t most) {
  const json* value = find(field);
  if (value == nullptr) return fallback;
  if (!value->is_number_integer()) {
    refuse_type(field, "a whole number");
    return fallback;
  }
  const bool too_large =
      value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(most);
  const std::int64_t number = too_large ? most : value->get<std::int64_t>();
  if (!too_large && number >= least && number <= most) return number;
  refuse(field, "must be " + std::to_string(least) + " to " + std::to_string(most) + ", is " +
                    value->dump());
  return fallback;
}

std::int64_t Section::quantity(std::string_view field, std::int64_t fallback, double scale) {
  const json* value = find(field);
  if (value == nullptr) return fallback;
  if (!value->is_string() && !value->is_number()) {
    refuse_type(field, "a quantity");
    return fallback;
  }
  const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
  if (const auto amount = parse_quantity(text, scale)) return *amount;
  refuse(field, "\"" + text +
                    "\" is no quantity; write a number with an optional unit such as "
                    "\"500m\", \"2\" or \"16Gi\"");
  return fallback;
}

std::int64_t Section::milli(std::string_view field, std::int64_t fallback) {
  return quantity(field, fallback, 1000);
}

std::int64_t Section::bytes(std::string_view field, std::int64_t fallback) {
  return quantity(field, fallback, 1);
}

std::vector<std::string> Section::texts(std::string_view field) {
  const json* value = find(field);
  if (value == nullptr) return {};
  if (value->is_string()) return {value->get<std::string>()};
  std::vector<std::string> all;
  if (!value->is_array()) refuse_type(field, "a list of texts");
  for (std::size_t i = 0; value->is_array() && i < value->size(); ++i) {
    const json& item = (*value)[i];
    if (item.is_string()) {
      all.push_back(item.get<std::string>());
    } else {
      refuse(std::string(field) + '[' + std::to_string(i) + ']',
             std::string("must be a text, is ") + item.type_name());
    }
  }
  return all;
}

std::map<std::string, std::string> Section::text_map(std::string_view field) {
  std::map<std::string, std::string> all;
  const std::optional<Section> map = section(field);
  if (!map) return all;
  for (const auto& [name, value] : map->object_->items()) {
    if (value.is_string()) {
      all[name] = value.get<std::string>();
    } else if (value.is_number() || value.is_boolean()) {
      all[name] = value.dump();
    } else {
      problems_->add(map->path_of(name), std::string("must be a text, is ") + value.type_name());
    }
  }
  return all;
}

const json* Section::object(std::string_view field) {
  const json* value = find(field);
  if (value == nullptr || value->is_object()) return value;
  refuse_type(field, "an object");
  return nullptr;
}

std::optional<Section> Section::section(std::string_view field) {
  const json* value = object(field);
  if (value == nullptr) return std::nullopt;
  return Section(*value, path_of(field), *problems_);
}

std::vector<Section> Section::sections(std::string_view field) {
  std::vector<Section> all;
  const json* value = find(field);
  if (value == nullptr) return all;
  if (!value->is_array()) refuse_type(field, "a list");
  for (std::size_t i = 0; value->is_array() && i < value->size(); ++i) {
    const json& item = (*value)[i];
    const std::string path = path_of(field) + '[' + std::to_string(i) + ']';
    if (item.is_object()) {
      all.emplace_back(item, path, *problems_);
    } else {
      problems_->add(path, std::string("must be an object, is ") + item.type_name());
    }
  }
  return all;
}

void Section::refuse_others() {
  for (const auto& [name, value] : object_->items()) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    const std::optional<std::string> meant = nearest_name(name, asked_);
    refuse(name, "no such field", meant ? "nearest: \"" + *meant + "\"" : std::string());
  }
}

}  // namespace berth
