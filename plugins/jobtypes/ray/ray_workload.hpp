// A Ray cluster as processes of one machine.
#pragma once

#include <cstdint>
#include <string>

#include "ray_section.hpp"

namespace berth {

struct RayPlace {
  std::string job;
  std::string token;  // of this cluster alone: who does not have it is refused by every port
  std::string venv;
  std::string short_tmp;
  std::int64_t object_store_bytes = 0;
};

// The workload, format process/group: the head, the workers, and the driver when there is an
// entrypoint. The driver runs beside the head, out of its CPUs and memory.
std::string render_ray(const RaySection& ray, const RayPlace& place);

}  // namespace berth
