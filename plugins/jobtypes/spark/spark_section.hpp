// The `spark` section of a job request.
#pragma once

#include <cstdint>
#include <map>
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

struct SparkSection {
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
};

// Reads it out of a whole request, with every problem of it.
SparkSection read_spark(std::string_view request, problems& found);

}  // namespace berth
