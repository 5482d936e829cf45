// The `spark` section of a job request.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "berth/problem.hpp"
#include "section/group.hpp"

namespace berth {

// Roles of members; a master lives beside its driver, the others are groups.
inline constexpr std::string_view kMasterRole = "master";
inline constexpr std::string_view kDriverRole = "driver";
inline constexpr std::string_view kExecutorRole = "executor";
// Of containers, as Spark itself calls them.
inline constexpr std::string_view kDriverContainer = "spark-kubernetes-driver";
inline constexpr std::string_view kExecutorContainer = "spark-kubernetes-executor";
inline constexpr std::string_view kSparkContainers[] = {kDriverContainer, kExecutorContainer};

// How much of a pod's memory is Java's heap, and what else Spark counts by itself.
struct PodMemory {
  std::int64_t heap_bytes = 0;
  std::int64_t overhead_bytes = 0;  // the rest of it
};

struct SparkSection {
  std::string version;  // empty: the job does not say
  std::string image;
  std::string name;  // of the application
  std::string main;  // a .py or a .jar
  std::string main_class;
  std::vector<std::string> arguments;
  std::vector<std::string> jars, py_files, files;
  std::map<std::string, std::string> sources;  // path beneath the job's folder to text
  std::map<std::string, std::string> conf;
  std::map<std::string, std::string> environment;
  std::string directory;  // empty: the job's shared folder
  Group driver, executors;
  std::int64_t driver_heap_bytes = 0;
  std::int64_t executor_heap_bytes = 0;
  PodMemory driver_pod, executor_pod;  // where there is no master and no worker beside them
  // What the job writes of pod templates: of every pod, and of each kind.
  nlohmann::json pod_template = nlohmann::json::object();
  nlohmann::json driver_template = nlohmann::json::object();
  nlohmann::json executor_template = nlohmann::json::object();

  bool is_python() const { return main.ends_with(".py"); }
};

// Reads it out of a whole request, with every problem of it.
SparkSection read_spark(std::string_view request, const std::string& gpu_resource,
                        problems& found);

}  // namespace berth
