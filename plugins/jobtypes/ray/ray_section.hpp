// The `ray` section of a job request.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "berth/problem.hpp"
#include "section/group.hpp"

namespace berth {

inline constexpr std::string_view kHeadGroup = "head";
inline constexpr std::string_view kDriverRole = "driver";
// Of containers, as KubeRay's own examples call them.
inline constexpr std::string_view kHeadContainer = "ray-head";
inline constexpr std::string_view kWorkerContainer = "ray-worker";
inline constexpr std::string_view kSubmitterContainer = "ray-job-submitter";
inline constexpr std::string_view kRayContainers[] = {kHeadContainer, kWorkerContainer,
                                                      kSubmitterContainer};

struct RayWorkers {
  Group group;
  nlohmann::json pod_template;  // what the job writes of it; {} when it writes none
};

struct RaySection {
  std::string version;  // empty: the job does not say
  std::string image;
  std::string entrypoint;  // empty: an interactive cluster
  nlohmann::json pod_template = nlohmann::json::object();  // of every pod
  Group head;
  nlohmann::json head_template = nlohmann::json::object();
  std::vector<RayWorkers> workers;

  std::int64_t worker_count() const;
};

// What a site gives to jobs that do not say.
struct RayUsual {
  std::int64_t object_store_bytes = 0;
  std::string gpu_resource;
  std::string version;
  std::string image;
};

// "2" of 1500: Ray counts CPUs and GPUs as whole ones, rounded up.
std::string whole_units(std::int64_t milli);

// Reads it out of a whole request, with every problem of it. Each member needs more memory than its
// object store takes.
RaySection read_ray(std::string_view request, const RayUsual& usual, problems& found);

}  // namespace berth
