#include "ray.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "ray_observation.hpp"
#include "ray_probe.hpp"
#include "ray_section.hpp"
#include "ray_workload.hpp"

namespace berth {
namespace {

RaySection read_valid(std::string_view request, std::int64_t object_store_bytes) {
  problems found;
  RaySection ray = read_ray(request, object_store_bytes, found);
  if (!found.empty()) throw std::invalid_argument("the request is not valid: " + found.json());
  return ray;
}

}  // namespace

problems Ray::validate(std::string_view request) const {
  problems found;
  read_ray(request, object_store_memory.value(), found);
  return found;
}

std::string Ray::groups(std::string_view request) const {
  const RaySection ray = read_valid(request, object_store_memory.value());
  std::vector<Group> all{ray.head};
  all.insert(all.end(), ray.workers.begin(), ray.workers.end());
  return groups_json(all);
}

std::string Ray::render(std::string_view order_text) const {
  const auto order = nlohmann::json::parse(order_text);
  const RaySection ray = read_valid(order.at("request").dump(), object_store_memory.value());
  return render_ray(ray, {.job = order.at("job").get<std::string>(),
                          .token = order.at("token").get<std::string>(),
                          .venv = venv,
                          .short_tmp = short_tmp,
                          .object_store_bytes = object_store_memory.value()});
}

std::string Ray::interpret(std::string_view native) const {
  const auto status = nlohmann::json::parse(native);
  return observe_ray(read_group_status(status.at("status"))).json();
}

std::string Ray::probe(std::string_view turn) const { return probe_ray(turn); }

}  // namespace berth
