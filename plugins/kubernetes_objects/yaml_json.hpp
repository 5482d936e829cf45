// YAML as readers of Kubernetes manifests type it. For those who link yaml-cpp.
#pragma once

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <string>

namespace berth {

// A scalar that is not quoted is what it looks like. [any]
inline nlohmann::json json_of_scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (text == "true" || text == "false") return text == "true";
  if (text.empty() || text == "null" || text == "~") return nullptr;
  const nlohmann::json number = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  return number.is_number() ? number : nlohmann::json(text);
}

inline nlohmann::json json_of_yaml(const YAML::Node& node) {
  if (node.IsScalar()) return json_of_scalar(node);
  if (node.IsSequence()) {
    nlohmann::json list = nlohmann::json::array();
    for (const YAML::Node& item : node) list.push_back(json_of_yaml(item));
    return list;
  }
  if (!node.IsMap()) return nullptr;
  nlohmann::json object = nlohmann::json::object();
  for (const auto& member : node) object[member.first.Scalar()] = json_of_yaml(member.second);
  return object;
}

}  // namespace berth
