#include "kubernetes/rendering.hpp"

#include "kubernetes_objects/dns_name.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kMilli = 1000;

bool is_of_berth(std::string_view label) {
  return label.starts_with(kube::kLabelPrefix) || label == kube::kManagedByLabel;
}

}  // namespace

std::string cpu_quantity(std::int64_t milli) {
  return milli % kMilli == 0 ? std::to_string(milli / kMilli) : std::to_string(milli) + 'm';
}

std::string memory_quantity(std::int64_t bytes) {
  static constexpr const char* kUnits[] = {"", "Ki", "Mi", "Gi", "Ti"};
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + kUnits[unit];
}

json exact_resources(const Group& group, const std::string& gpu_resource) {
  json amounts = {{"cpu", cpu_quantity(group.cpu_milli)},
                  {"memory", memory_quantity(group.memory_bytes)}};
  if (group.gpu_milli > 0) amounts[gpu_resource] = cpu_quantity(group.gpu_milli);
  return {{"requests", amounts}, {"limits", amounts}};
}

json pod_wish(const Group& group, const std::string& pod_template, std::string_view container) {
  return {{"group", group.name},
          {"template", pod_template},
          {"container", container},
          {"skus", group.skus},
          {"gpu", group.gpu_milli > 0}};
}

json labels_of_request(const json& request) {
  json labels = json::object();
  const auto asked = request.find("labels");
  if (asked == request.end() || !asked->is_object()) return labels;
  for (const auto& [name, value] : asked->items()) {
    if (!value.is_string() || !kube::is_label_name(name) || is_of_berth(name)) continue;
    if (kube::is_label_value(value.get_ref<const std::string&>())) labels[name] = value;
  }
  return labels;
}

std::string without_expansion(std::string_view text) {
  std::string safe;
  for (const char letter : text) safe.append(letter == '$' ? 2 : 1, letter);
  return safe;
}

std::int64_t count_in(const json& groups, std::string_view group) {
  if (!groups.is_array()) return 0;
  for (const json& each : groups) {
    if (each.value("name", "") == group) return each.value("count", std::int64_t{1});
  }
  return 0;
}

}  // namespace berth
