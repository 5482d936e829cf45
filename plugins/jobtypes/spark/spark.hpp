// Job type `spark`: a Spark application on a standalone cluster of its own.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "berth/jobtype.hpp"
#include "process_group/venv.hpp"

namespace berth {

struct Spark {
  static constexpr std::string_view section = "spark";
  static constexpr std::string_view formats[] = {"process/group", "kubernetes/objects"};
  static constexpr std::string_view manifests[] = {
      "sparkoperator.k8s.io/v1beta2/SparkApplication"};

  std::filesystem::path venv;
  std::filesystem::path java_home;
  std::string image;
  std::string spark_version = "4.3.0";
  std::string gpu_resource = "nvidia.com/gpu";
  std::string driver_service_account;

  static constexpr std::tuple options{
      option{"venv", &Spark::venv,
             "Virtual environment with PySpark, readable by jobs; empty: the spark-submit in PATH",
             ""},
      option{"java_home", &Spark::java_home, "Java that jobs run with; empty: the java in PATH",
             ""},
      option{"image", &Spark::image, "Kubernetes: image of jobs that name none", ""},
      option{"spark_version", &Spark::spark_version,
             "Kubernetes: Spark of images whose job does not say which", "4.3.0"},
      option{"gpu_resource", &Spark::gpu_resource, "Kubernetes: what counts as a GPU of a node",
             "nvidia.com/gpu"},
      option{"driver_service_account", &Spark::driver_service_account,
             "Kubernetes: service account of drivers that name none; they make their executors",
             ""}};

  problems validate(std::string_view request) const;
  std::string groups(std::string_view request) const;
  std::string render(std::string_view order) const;
  std::string interpret(std::string_view native) const;
  std::string probe(std::string_view turn) const;
  std::vector<std::string> find_problems() const { return venv_problems(venv); }
};

}  // namespace berth
