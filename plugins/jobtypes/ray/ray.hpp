// Job type `ray`: a Ray cluster for one entrypoint, or for clients that connect to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "berth/jobtype.hpp"
#include "process_group/venv.hpp"

namespace berth {

struct Ray {
  static constexpr std::string_view section = "ray";
  static constexpr std::string_view formats[] = {"process/group", "kubernetes/objects"};
  static constexpr std::string_view manifests[] = {"ray.io/v1/RayCluster", "ray.io/v1/RayJob"};

  std::filesystem::path venv;
  berth::bytes object_store_memory{100 << 20};
  std::filesystem::path short_tmp = "/tmp";
  std::string image;
  std::string ray_version = "2.60.0";
  std::string gpu_resource = "nvidia.com/gpu";
  std::vector<std::string> clusters_without_services;

  static constexpr std::tuple options{
      option{"venv", &Ray::venv,
             "Virtual environment with Ray, readable by jobs; empty: the python3 in PATH has it",
             ""},
      option{"object_store_memory", &Ray::object_store_memory,
             "Object store of each node, out of its memory", "100Mi", range{78 << 20, 1e15}},
      option{"short_tmp", &Ray::short_tmp,
             "Folder for Ray's temporary folders; their paths may have 40 characters", "/tmp"},
      option{"image", &Ray::image, "Kubernetes: image of jobs that name none", ""},
      option{"ray_version", &Ray::ray_version,
             "Kubernetes: Ray of images whose job and tag do not say which", "2.60.0"},
      option{"gpu_resource", &Ray::gpu_resource, "Kubernetes: what counts as a GPU of a node",
             "nvidia.com/gpu"},
      option{"clusters_without_services", &Ray::clusters_without_services,
             "Kubernetes: clusters whose workers ask the API server where their head is; \"*\": all",
             ""}};

  problems validate(std::string_view request) const;
  std::string groups(std::string_view request) const;
  std::string render(std::string_view order) const;
  std::string interpret(std::string_view native) const;
  std::string probe(std::string_view turn) const;
  std::vector<std::string> find_problems() const { return venv_problems(venv); }
};

}  // namespace berth
