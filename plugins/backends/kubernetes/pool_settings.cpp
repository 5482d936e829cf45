#include "pool_settings.hpp"

#include <algorithm>

#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/yaml_json.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::pair<std::string, std::string> parse_pair(std::string_view text, const std::string& what) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw BadSetting(what + ": \"" + std::string(text) + "\" should be NAME=VALUE");
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

json parse_toleration(const std::string& text) {
  json toleration = json::object();
  std::string key = text;
  if (const std::size_t colon = key.rfind(':'); colon != std::string::npos) {
    const std::string effect = key.substr(colon + 1);
    if (effect != "NoSchedule" && effect != "NoExecute" && effect != "PreferNoSchedule")
      throw BadSetting("tolerations: \"" + text +
                       "\" should end with :NoSchedule, :NoExecute or "
                       ":PreferNoSchedule, or have no colon");
    toleration["effect"] = effect;
    key.resize(colon);
  }
  const std::size_t equals = key.find('=');
  toleration["operator"] = equals == std::string::npos ? "Exists" : "Equal";
  if (equals != std::string::npos) toleration["value"] = key.substr(equals + 1);
  if (const std::string name = key.substr(0, equals); !name.empty()) toleration["key"] = name;
  return toleration;
}

PlacedPool parse_pool(const json& from, const SiteDefaults& site) {
  PlacedPool pool{.name = text_field(from, "name"),
                  .owner = text_field(from, "owner"),
                  .in_namespace = text_field(from, "settings", "namespace"),
                  .declared_nodes = list_field(from, "nodes")};
  const std::string what = "pools." + pool.name + ".settings";
  if (const json& settings = field(from, "settings"); settings.is_object()) {
    for (const auto& [name, value] : settings.items()) {
      if (name != "namespace" && name != "nodes")
        throw BadSetting(what + ": \"" + name +
                         "\" is unknown to this backend, which takes "
                         "\"namespace\" and \"nodes\"");
    }
  }
  pool.nodes = parse_selector(text_field(from, "settings", "nodes"), what + ".nodes");
  if (pool.in_namespace.empty()) pool.in_namespace = site.in_namespace;
  return pool;
}

}  // namespace

std::string SiteDefaults::sku_of(const std::string& label_value) const {
  for (const auto& [sku, values] : skus)
    if (std::find(values.begin(), values.end(), label_value) != values.end()) return sku;
  return label_value;
}

std::vector<std::string> SiteDefaults::label_values_of(const std::string& sku) const {
  const auto found = skus.find(sku);
  return found == skus.end() ? std::vector<std::string>{sku} : found->second;
}

Selector parse_selector(const std::vector<std::string>& pairs, const std::string& what) {
  Selector selector;
  for (const std::string& pair : pairs) selector.insert(parse_pair(pair, what));
  return selector;
}

Selector parse_selector(std::string_view text, const std::string& what) {
  std::vector<std::string> pairs;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    pairs.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parse_selector(pairs, what);
}

bool selects(const Selector& selector, const std::map<std::string, std::string>& labels) {
  return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

json parse_tolerations(const std::vector<std::string>& texts) {
  json all = json::array();
  for (const std::string& text : texts) all.push_back(parse_toleration(text));
  return all;
}

bool tolerates(const json& tolerations, const json& taint) {
  return std::any_of(tolerations.begin(), tolerations.end(), [&](const json& one) {
    const std::string effect = text_field(one, "effect");
    const std::string key = text_field(one, "key");
    if (!effect.empty() && effect != text_field(taint, "effect")) return false;
    if (!key.empty() && key != text_field(taint, "key")) return false;
    if (text_field(one, "operator") == "Exists") return true;
    return !key.empty() && text_field(one, "value") == text_field(taint, "value");
  });
}

std::map<std::string, std::vector<std::string>> parse_skus(const std::vector<std::string>& pairs) {
  std::map<std::string, std::vector<std::string>> skus;
  for (const std::string& pair : pairs) {
    auto [sku, value] = parse_pair(pair, "skus");
    skus[sku].push_back(std::move(value));
  }
  return skus;
}

json read_pod_template(const std::filesystem::path& file) {
  if (file.empty()) return nullptr;
  try {
    json read = json_of_yaml(YAML::LoadFile(file.string()));
    if (!read.is_object())
      throw BadSetting("pod_template: " + file.string() + " holds no PodTemplateSpec");
    for (const auto& [name, value] : read.items()) {
      if (name != "metadata" && name != "spec")
        throw BadSetting("pod_template: " + file.string() + ": \"" + name +
                         "\" is no field of a PodTemplateSpec, which has metadata and spec");
    }
    return read;
  } catch (const YAML::BadFile&) {
    throw BadSetting("pod_template: " + file.string() + ": there is no such file, or it cannot be read");
  } catch (const YAML::Exception& error) {
    throw BadSetting("pod_template: " + file.string() + ": " + error.what());
  }
}

std::vector<PlacedPool> parse_pools(const json& pools, const SiteDefaults& site) {
  std::vector<PlacedPool> all;
  for (const json& one : pools) all.push_back(parse_pool(one, site));
  return all;
}

}  // namespace berth
