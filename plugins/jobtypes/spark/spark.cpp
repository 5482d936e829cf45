#include "spark.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "spark_observation.hpp"
#include "spark_probe.hpp"
#include "spark_section.hpp"
#include "spark_workload.hpp"

namespace berth {
namespace {

SparkSection read_valid(std::string_view request) {
  problems found;
  SparkSection spark = read_spark(request, found);
  if (!found.empty()) throw std::invalid_argument("the request is not valid: " + found.json());
  return spark;
}

}  // namespace

problems Spark::validate(std::string_view request) const {
  problems found;
  read_spark(request, found);
  return found;
}

std::string Spark::groups(std::string_view request) const {
  const SparkSection spark = read_valid(request);
  return groups_json({spark.driver, spark.executors});
}

std::string Spark::render(std::string_view order_text) const {
  const auto order = nlohmann::json::parse(order_text);
  const SparkSection spark = read_valid(order.at("request").dump());
  return render_spark(
      spark, {.token = order.at("token").get<std::string>(), .venv = venv, .java_home = java_home});
}

std::string Spark::interpret(std::string_view native) const {
  const auto status = nlohmann::json::parse(native);
  return observe_spark(read_group_status(status.at("status"))).json();
}

std::string Spark::probe(std::string_view turn) const { return probe_spark(turn); }

}  // namespace berth
