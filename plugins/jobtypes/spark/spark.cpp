#include "spark.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kubernetes/manifest.hpp"
#include "spark_manifest.hpp"
#include "spark_object_observation.hpp"
#include "spark_objects.hpp"
#include "spark_observation.hpp"
#include "spark_probe.hpp"
#include "spark_section.hpp"
#include "spark_workload.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::string_view kObjects = "kubernetes/objects";

void demand_valid(const problems& found) {
  if (!found.empty()) throw std::invalid_argument("the request is not valid: " + found.json());
}

SparkSection read_valid(const json& request, const std::string& gpu_resource) {
  problems found;
  SparkSection spark = read_spark(request.dump(), gpu_resource, found);
  demand_valid(found);
  return spark;
}

SparkManifest read_valid_manifest(const json& request, const std::string& gpu_resource) {
  problems found;
  SparkManifest manifest = read_spark_manifest(request, gpu_resource, found);
  demand_valid(found);
  return manifest;
}

}  // namespace

problems Spark::validate(std::string_view request_text) const {
  problems found;
  const json request = json::parse(request_text);
  if (has_manifest(request)) {
    read_spark_manifest(request, gpu_resource, found);
  } else {
    read_spark(request_text, gpu_resource, found);
  }
  return found;
}

std::string Spark::groups(std::string_view request_text) const {
  const json request = json::parse(request_text);
  if (has_manifest(request)) return groups_json(read_valid_manifest(request, gpu_resource).groups);
  return groups_json(groups_of_spark(read_valid(request, gpu_resource), gpu_resource));
}

std::string Spark::render(std::string_view order_text) const {
  const json order = json::parse(order_text);
  const json& request = order.at("request");
  const bool as_objects = order.value("format", "") == kObjects;
  if (has_manifest(request)) {
    if (!as_objects) throw std::invalid_argument("a manifest runs on Kubernetes alone");
    return render_spark_manifest(read_valid_manifest(request, gpu_resource), order.at("name"),
                                 request)
        .dump();
  }
  const SparkSection spark = read_valid(request, gpu_resource);
  const std::string token = order.at("token");
  if (!as_objects) {
    return render_spark(
        spark, {.token = token, .venv = venv.string(), .java_home = java_home.string()});
  }
  return render_spark_objects(
             spark,
             {.image = image,
              .version = spark_version,
              .gpu_resource = gpu_resource,
              .driver_account = driver_service_account},
             order.at("name"), token, request)
      .dump();
}

std::string Spark::interpret(std::string_view native_text) const {
  const json native = json::parse(native_text);
  if (native.value("format", "") == kObjects) {
    return observe_spark_object(kube::read_object_status(native.at("status")),
                                native.value("groups", json::array()))
        .json();
  }
  return observe_spark(read_group_status(native.at("status"))).json();
}

std::string Spark::probe(std::string_view turn) const { return probe_spark(turn); }

}  // namespace berth
