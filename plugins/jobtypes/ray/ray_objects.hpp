// A Ray cluster as objects of Kubernetes, which KubeRay makes into pods.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ray_section.hpp"

namespace berth {

struct RayOrder {
  std::string job;
  std::string attempt;
  std::string name;   // of the object
  std::string token;  // of this cluster alone
  nlohmann::json request;
  bool asks_for_head = false;  // workers ask the API server, for there are no Services
};

// What the scheduler is to find room for: the section's groups, with the sidecars of their pods.
std::vector<Group> groups_of_ray(const RaySection& ray, const RayUsual& usual);

// The workload, format kubernetes/objects: a RayCluster, or a RayJob when there is an entrypoint.
// What submits the entrypoint runs in a pod of its own, out of the head's amounts.
nlohmann::json render_ray_objects(const RaySection& ray, const RayUsual& usual,
                                  const RayOrder& order);

}  // namespace berth
