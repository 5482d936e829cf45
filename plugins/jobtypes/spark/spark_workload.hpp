// A Spark cluster and its driver as processes of one machine.
#pragma once

#include <string>

#include "spark_section.hpp"

namespace berth {

struct SparkPlace {
  std::string token;  // of this job alone: who does not have it is refused by every port
  std::string venv;
  std::string java_home;
};

// The workload, format process/group: the master, an executor (with its worker) for each replica,
// and the driver. The master runs beside the driver, out of its CPUs and memory.
std::string render_spark(const SparkSection& spark, const SparkPlace& place);

}  // namespace berth
