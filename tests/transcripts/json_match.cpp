#include "json_match.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

bool is_name(const std::string& text) {
  return text.size() > 2 && text.front() == '{' && text.back() == '}';
}

std::string differs(const std::string& path, const nlohmann::json& expected,
                    const nlohmann::json& heard) {
  return (path.empty() ? "the answer" : path) + " is " + heard.dump() + ", expected " +
         expected.dump();
}

std::string text_mismatch(const std::string& expected, const nlohmann::json& heard, Names& names,
                          const std::string& path) {
  if (expected == "*") return "";
  if (is_name(expected) && !names.contains(expected) && heard.is_string()) {
    names[expected] = heard.get<std::string>();
    return "";
  }
  const std::string text = with_names(expected, names);
  return heard == text ? "" : differs(path, text, heard);
}

std::string object_mismatch(const nlohmann::json& expected, const nlohmann::json& heard,
                            Names& names, const std::string& path) {
  if (!heard.is_object()) return differs(path, expected, heard);
  for (const auto& [key, value] : expected.items()) {
    if (!heard.contains(key)) return path + "." + key + " is missing in " + heard.dump();
    const auto found = mismatch(value, heard[key], names, path + "." + key);
    if (!found.empty()) return found;
  }
  return "";
}

std::string array_mismatch(const nlohmann::json& expected, const nlohmann::json& heard,
                           Names& names, const std::string& path) {
  if (!heard.is_array() || heard.size() != expected.size()) return differs(path, expected, heard);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto found = mismatch(expected[i], heard[i], names, path + "[" + std::to_string(i) + "]");
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace

std::string with_names(std::string text, const Names& names) {
  for (const auto& [name, value] : names) {
    for (auto at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  }
  return text;
}

std::string mismatch(const nlohmann::json& expected, const nlohmann::json& heard, Names& names,
                     const std::string& path) {
  if (expected.is_string()) return text_mismatch(expected.get<std::string>(), heard, names, path);
  if (expected.is_object()) return object_mismatch(expected, heard, names, path);
  if (expected.is_array()) return array_mismatch(expected, heard, names, path);
  return expected == heard ? "" : differs(path, expected, heard);
}

}  // namespace berth
