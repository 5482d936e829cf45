// What the site file says: defaults for objects, and the pools of a cluster.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Says which option or setting, and what it should look like.
struct BadSetting : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Selector = std::map<std::string, std::string>;  // labels that must all be there

struct SiteDefaults {
  std::string in_namespace = "default";
  std::string image;
  std::string service_account;
  Selector node_selector;
  nlohmann::json tolerations = nlohmann::json::array();  // as in a pod
  nlohmann::json pod_template;                           // a PodTemplateSpec, or null
  std::string sku_label = "nvidia.com/gpu.product";
  std::map<std::string, std::vector<std::string>> skus;  // SKU: the label's values that mean it
  std::string gpu_resource = "nvidia.com/gpu";

  // The SKU that a label's value means; the value itself where the site names none.
  std::string sku_of(const std::string& label_value) const;
  std::vector<std::string> label_values_of(const std::string& sku) const;
};

// Where jobs of a pool run.
struct PlacedPool {
  std::string name;
  std::string owner;
  std::string in_namespace;
  Selector nodes;
  nlohmann::json declared_nodes = nlohmann::json::array();  // of the site file
  bool is_discovered = false;

  friend bool operator==(const PlacedPool&, const PlacedPool&) = default;
};

// "a=b,c=d" [any]
Selector parse_selector(std::string_view text, const std::string& what);
Selector parse_selector(const std::vector<std::string>& pairs, const std::string& what);
bool selects(const Selector& selector, const std::map<std::string, std::string>& labels);

// "key=value:Effect", "key:Effect", "key=value", "key" or "" (all): each a toleration of a pod.
// [any]
nlohmann::json parse_tolerations(const std::vector<std::string>& texts);
bool tolerates(const nlohmann::json& tolerations, const nlohmann::json& taint);

// "H100=NVIDIA-H100-80GB-HBM3"; a SKU may be named several times. [any]
std::map<std::string, std::vector<std::string>> parse_skus(const std::vector<std::string>& pairs);

// A PodTemplateSpec in YAML or JSON; null for no path. Throws BadSetting. [any]
nlohmann::json read_pod_template(const std::filesystem::path& file);

// Of `start`'s "pools". [any]
std::vector<PlacedPool> parse_pools(const nlohmann::json& pools, const SiteDefaults& site);

}  // namespace berth
