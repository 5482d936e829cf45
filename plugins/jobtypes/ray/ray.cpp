#include "ray.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kubernetes/manifest.hpp"
#include "ray_manifest.hpp"
#include "ray_object_observation.hpp"
#include "ray_objects.hpp"
#include "ray_observation.hpp"
#include "ray_probe.hpp"
#include "ray_section.hpp"
#include "ray_workload.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::string_view kObjects = "kubernetes/objects";

RayUsual usual_of(const Ray& ray) {
  return {.object_store_bytes = ray.object_store_memory.value(),
          .gpu_resource = ray.gpu_resource,
          .version = ray.ray_version,
          .image = ray.image};
}

void demand_valid(const problems& found) {
  if (!found.empty()) throw std::invalid_argument("the request is not valid: " + found.json());
}

RaySection read_valid(const json& request, const RayUsual& usual) {
  problems found;
  RaySection ray = read_ray(request.dump(), usual, found);
  demand_valid(found);
  return ray;
}

RayManifest read_valid_manifest(const json& request, const RayUsual& usual) {
  problems found;
  RayManifest manifest = read_ray_manifest(request, usual.gpu_resource, found);
  demand_valid(found);
  return manifest;
}

RayOrder order_of(const json& order, const std::vector<std::string>& without_services) {
  const std::string cluster = order.value("cluster", "");
  const auto names_it = [&](const std::string& each) { return each == "*" || each == cluster; };
  return {.job = order.at("job").get<std::string>(),
          .attempt = std::to_string(order.at("attempt").get<std::int64_t>()),
          .name = order.at("name").get<std::string>(),
          .token = order.at("token").get<std::string>(),
          .request = order.at("request"),
          .asks_for_head =
              std::any_of(without_services.begin(), without_services.end(), names_it)};
}

std::string render_as_processes(const Ray& ray, const json& order) {
  return render_ray(read_valid(order.at("request"), usual_of(ray)),
                    {.job = order.at("job").get<std::string>(),
                     .token = order.at("token").get<std::string>(),
                     .venv = ray.venv.string(),
                     .short_tmp = ray.short_tmp.string(),
                     .object_store_bytes = ray.object_store_memory.value()});
}

}  // namespace

problems Ray::validate(std::string_view request_text) const {
  problems found;
  const json request = json::parse(request_text);
  if (has_manifest(request)) {
    read_ray_manifest(request, gpu_resource, found);
  } else {
    read_ray(request_text, usual_of(*this), found);
  }
  return found;
}

std::string Ray::groups(std::string_view request_text) const {
  const json request = json::parse(request_text);
  const RayUsual usual = usual_of(*this);
  return groups_json(has_manifest(request) ? read_valid_manifest(request, usual).groups
                                           : groups_of_ray(read_valid(request, usual), usual));
}

std::string Ray::render(std::string_view order_text) const {
  const json order = json::parse(order_text);
  const json& request = order.at("request");
  const RayUsual usual = usual_of(*this);
  const bool as_objects = order.value("format", "") == kObjects;
  if (has_manifest(request)) {
    if (!as_objects) throw std::invalid_argument("a manifest runs on Kubernetes alone");
    return render_ray_manifest(read_valid_manifest(request, usual), order.at("name"), request)
        .dump();
  }
  if (!as_objects) return render_as_processes(*this, order);
  return render_ray_objects(read_valid(request, usual), usual,
                            order_of(order, clusters_without_services))
      .dump();
}

std::string Ray::interpret(std::string_view native_text) const {
  const json native = json::parse(native_text);
  if (native.value("format", "") == kObjects) {
    return observe_ray_object(kube::read_object_status(native.at("status")),
                              native.value("groups", json::array()))
        .json();
  }
  return observe_ray(read_group_status(native.at("status"))).json();
}

std::string Ray::probe(std::string_view turn) const { return probe_ray(turn); }

}  // namespace berth
