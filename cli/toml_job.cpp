// Job files in TOML.
#include <toml++/toml.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/job_document.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

Json value_of(const toml::node& node, const std::string& path, JobDocument& document);

Json object_of(const toml::table& table, const std::string& path, JobDocument& document) {
  Json object = Json::object();
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    object[name] = value_of(node, path.empty() ? name : path + "." + name, document);
  }
  return object;
}

Json list_of(const toml::array& array, const std::string& path, JobDocument& document) {
  Json list = Json::array();
  for (const toml::node& node : array)
    list.push_back(value_of(node, path + "[" + std::to_string(list.size()) + "]", document));
  return list;
}

Json value_of(const toml::node& node, const std::string& path, JobDocument& document) {
  document.lines.emplace(path, static_cast<int>(node.source().begin.line));
  if (const auto* table = node.as_table()) return object_of(*table, path, document);
  if (const auto* array = node.as_array()) return list_of(*array, path, document);
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* decimal = node.as_floating_point()) return decimal->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  std::ostringstream date;  // JSON has no dates: they are texts there
  node.visit([&date](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) date << value.get();
  });
  return date.str();
}

}  // namespace

Result<std::vector<JobDocument>> read_toml(const std::string& text, const std::string& file) {
  try {
    JobDocument document;
    document.file = file;
    document.json = object_of(toml::parse(text), "", document).dump();
    return std::vector<JobDocument>{document};
  } catch (const toml::parse_error& bad) {
    return Error{"BadFile", file + ":" + std::to_string(bad.source().begin.line) + ": " +
                                std::string(bad.description())};
  }
}

}  // namespace berth
