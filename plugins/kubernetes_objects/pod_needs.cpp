#include "kubernetes_objects/pod_needs.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "section/quantity_text.hpp"

namespace berth::kube {
namespace {

using nlohmann::json;

constexpr double kMilli = 1000;

PodNeeds greater_of(PodNeeds one, const PodNeeds& other) {
  one.cpu_milli = std::max(one.cpu_milli, other.cpu_milli);
  one.memory_bytes = std::max(one.memory_bytes, other.memory_bytes);
  one.gpu_milli = std::max(one.gpu_milli, other.gpu_milli);
  for (const auto& [name, amount] : other.extra) {
    one.extra[name] = std::max(one.extra[name], amount);
  }
  return one;
}

// Devices have a name with a domain; Kubernetes' own resources have none.
bool is_device(std::string_view name) {
  return name.find('/') != std::string_view::npos && !name.starts_with("hugepages-");
}

class Reader {
 public:
  Reader(std::string_view gpu_resource, std::vector<WrongQuantity>& wrong)
      : gpu_resource_(gpu_resource), wrong_(&wrong) {}

  PodNeeds read(const json& amounts, const std::string& path) const {
    PodNeeds needs;
    if (!amounts.is_object()) return needs;
    for (const auto& [name, value] : amounts.items()) {
      const std::string here = path + '.' + name;
      if (name == "cpu") {
        needs.cpu_milli = quantity(value, kMilli, here);
      } else if (name == "memory") {
        needs.memory_bytes = quantity(value, 1, here);
      } else if (name == gpu_resource_) {
        needs.gpu_milli = quantity(value, kMilli, here);
      } else if (is_device(name)) {
        needs.extra[name] = quantity(value, kMilli, here);
      }
    }
    return needs;
  }

 private:
  std::int64_t quantity(const json& value, double scale, const std::string& path) const {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (const auto amount = parse_quantity(text, scale)) return *amount;
    wrong_->push_back({path, text});
    return 0;
  }

  std::string_view gpu_resource_;
  std::vector<WrongQuantity>* wrong_;
};

json amounts_of(const json& container) {
  const json resources = container.value("resources", json::object());
  json amounts = resources.is_object() ? resources.value("limits", json::object()) : json::object();
  if (!amounts.is_object()) amounts = json::object();
  const json requests =
      resources.is_object() ? resources.value("requests", json::object()) : json::object();
  if (requests.is_object()) amounts.update(requests);
  return amounts;
}

std::string path_of(const char* list, std::size_t index) {
  return std::string(list) + '[' + std::to_string(index) + ']';
}

const json& list_of(const json& pod_spec, const char* name) {
  static const json kNone = json::array();
  const auto list = pod_spec.find(name);
  return list != pod_spec.end() && list->is_array() ? *list : kNone;
}

}  // namespace

PodNeeds& PodNeeds::operator+=(const PodNeeds& other) {
  cpu_milli += other.cpu_milli;
  memory_bytes += other.memory_bytes;
  gpu_milli += other.gpu_milli;
  for (const auto& [name, amount] : other.extra) extra[name] += amount;
  return *this;
}

PodNeeds container_needs(const json& container, std::string_view gpu_resource,
                         const std::string& path, std::vector<WrongQuantity>& wrong) {
  if (!container.is_object()) return {};
  return Reader(gpu_resource, wrong).read(amounts_of(container), path + ".resources");
}

PodNeeds pod_needs(const json& pod_spec, std::string_view gpu_resource,
                   std::vector<WrongQuantity>& wrong) {
  PodNeeds together, most, sidecars;
  if (!pod_spec.is_object()) return together;
  const json& first = list_of(pod_spec, "initContainers");
  for (std::size_t i = 0; i < first.size(); ++i) {
    PodNeeds own = container_needs(first[i], gpu_resource, path_of("initContainers", i), wrong);
    const bool goes_on = first[i].is_object() && first[i].value("restartPolicy", "") == "Always";
    if (goes_on) together += own;
    own += sidecars;
    if (goes_on) sidecars = own;
    most = greater_of(most, own);
  }
  const json& containers = list_of(pod_spec, "containers");
  for (std::size_t i = 0; i < containers.size(); ++i) {
    together += container_needs(containers[i], gpu_resource, path_of("containers", i), wrong);
  }
  PodNeeds all = greater_of(together, most);
  if (const auto overhead = pod_spec.find("overhead"); overhead != pod_spec.end()) {
    all += Reader(gpu_resource, wrong).read(*overhead, "overhead");
  }
  return all;
}

}  // namespace berth::kube
