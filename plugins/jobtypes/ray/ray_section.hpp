// The `ray` section of a job request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "berth/problem.hpp"
#include "section/group.hpp"

namespace berth {

inline constexpr std::string_view kHeadGroup = "head";
inline constexpr std::string_view kDriverRole = "driver";

struct RaySection {
  std::string entrypoint;  // empty: an interactive cluster
  Group head;
  std::vector<Group> workers;

  std::int64_t worker_count() const;
};

// Reads it out of a whole request, with every problem of it. Each member needs more memory than its
// object store takes.
RaySection read_ray(std::string_view request, std::int64_t object_store_bytes, problems& found);

}  // namespace berth
