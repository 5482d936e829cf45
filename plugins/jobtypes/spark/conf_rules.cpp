#include "conf_rules.hpp"

#include <algorithm>

namespace berth {
namespace {

struct Rule {
  std::string_view name;  // one that ends with '.' stands for all beneath it
  std::string_view message;
  std::string_view hint;
};

constexpr std::string_view kSized = "follows from the job's own fields";
constexpr std::string_view kClosed = "keeps the cluster closed to others";
constexpr std::string_view kPlaced = "is for who starts the cluster";

constexpr Rule kRules[] = {
    {"spark.driver.memory", kSized, "driver.memory"},
    {"spark.driver.memoryOverhead", kSized, "driver.memory_overhead"},
    {"spark.driver.cores", kSized, "driver.cpu"},
    {"spark.executor.memory", kSized, "executors.memory"},
    {"spark.executor.memoryOverhead", kSized, "executors.memory_overhead"},
    {"spark.executor.cores", kSized, "executors.cpu"},
    {"spark.executor.instances", kSized, "executors.replicas"},
    {"spark.executor.resource.gpu.", kSized, "executors.gpu"},
    {"spark.cores.max", kSized, "executors.replicas and executors.cpu"},
    {"spark.submit.pyFiles", kSized, "py_files"},
    {"spark.jars", kSized, "jars"},
    {"spark.files", kSized, "files"},
    {"spark.authenticate", kClosed, ""},
    {"spark.authenticate.", kClosed, ""},
    {"spark.network.crypto.", kClosed, ""},
    {"spark.ssl.", kClosed, ""},
    {"spark.ui.filters", kClosed, ""},
    {"spark.ui.killEnabled", kClosed, ""},
    {"spark.org.apache.spark.ui.", kClosed, ""},
    {"spark.master", kPlaced, ""},
    {"spark.master.", kPlaced, ""},
    {"spark.worker.", kPlaced, ""},
    {"spark.submit.deployMode", kPlaced, ""},
    {"spark.driver.host", kPlaced, ""},
    {"spark.driver.bindAddress", kPlaced, ""},
    {"spark.local.dir", kPlaced, ""},
};

bool speaks_of(const Rule& rule, std::string_view name) {
  return rule.name.ends_with('.') ? name.starts_with(rule.name) : name == rule.name;
}

}  // namespace

std::optional<ConfRefusal> refusal_of_conf(std::string_view name) {
  if (!name.starts_with("spark.")) {
    return ConfRefusal{"Spark ignores what does not begin with \"spark.\"",
                       "for Hadoop's settings: spark.hadoop." + std::string(name)};
  }
  const auto rule = std::find_if(std::begin(kRules), std::end(kRules),
                                 [&](const Rule& each) { return speaks_of(each, name); });
  if (rule == std::end(kRules)) return std::nullopt;
  const std::string hint = rule->hint.empty() ? "leave it out" : "set ";
  return ConfRefusal{"is not for a job to set: it " + std::string(rule->message),
                     hint + std::string(rule->hint)};
}

}  // namespace berth
