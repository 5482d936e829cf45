// What a pod takes of a node, as the scheduler of Kubernetes counts it.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace berth::kube {

struct PodNeeds {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
  std::map<std::string, std::int64_t> extra;  // other devices, in thousandths

  PodNeeds& operator+=(const PodNeeds& other);
  bool operator==(const PodNeeds&) const = default;
};

// A quantity that is none, by where it stands: "containers[0].resources.limits.cpu".
struct WrongQuantity {
  std::string path;
  std::string text;
};

// What a container asks for; where it asks for nothing its limit counts. Things that are not
// devices (ephemeral-storage, huge pages) are left out. [any]
PodNeeds container_needs(const nlohmann::json& container, std::string_view gpu_resource,
                         const std::string& path, std::vector<WrongQuantity>& wrong);

// Of a pod's `spec`: all that run side by side, or an init container and what it finds running if
// that is more; and the overhead. `gpu_resource` is what counts as GPU ("nvidia.com/gpu"). [any]
PodNeeds pod_needs(const nlohmann::json& pod_spec, std::string_view gpu_resource,
                   std::vector<WrongQuantity>& wrong);

}  // namespace berth::kube
