#include "spark_settings.hpp"

#include "heap.hpp"

namespace berth {
namespace {

using Settings = std::map<std::string, std::string>;

constexpr std::int64_t kMilli = 1000;

// Whoever wants to register, submit or read has to know the job's secret.
Settings closed_settings() {
  return {{"spark.authenticate", "true"},
          {"spark.network.crypto.enabled", "true"},
          {"spark.network.crypto.saslFallback", "false"},
          {"spark.network.crypto.cipher", "AES/GCM/NoPadding"},
          {"spark.ui.filters", "org.apache.spark.ui.JWSFilter"},
          {"spark.ui.killEnabled", "false"},
          {"spark.master.rest.enabled", "false"},
          {"spark.master.ui.decommission.allow.mode", "DENY"},
          {"spark.driver.host", "127.0.0.1"},
          {"spark.driver.bindAddress", "127.0.0.1"}};
}

std::string mebibytes(std::int64_t bytes) { return std::to_string(bytes / kMebibyte) + "m"; }

Settings sized_settings(const SparkSection& spark) {
  const std::int64_t cores = whole_cores(spark.executors);
  return {{"spark.driver.memory", mebibytes(spark.driver_heap_bytes)},
          {"spark.executor.memory", mebibytes(spark.executor_heap_bytes)},
          {"spark.executor.cores", std::to_string(cores)},
          {"spark.cores.max", std::to_string(cores * spark.executors.count)}};
}

Settings gpu_settings(const Group& executors) {
  const std::int64_t gpus = executors.gpu_milli / kMilli;
  if (gpus == 0) return {};
  return {{"spark.executor.resource.gpu.amount", std::to_string(gpus)},
          {"spark.task.resource.gpu.amount", gpus_of_a_task(executors)}};
}

// What a job's own conf may say otherwise.
Settings usual_settings(const SparkSection& spark) {
  Settings usual = {{"spark.app.name", spark.name},
                    {"spark.ui.port", "0"},
                    {"spark.ui.showConsoleProgress", "false"},
                    {"spark.executor.logs.rolling.strategy", "size"},
                    {"spark.executor.logs.rolling.maxSize", "16777216"},
                    {"spark.executor.logs.rolling.maxRetainedFiles", "2"}};
  usual.merge(gpu_settings(spark.executors));
  return usual;
}

}  // namespace

std::int64_t whole_cores(const Group& group) {
  return std::max<std::int64_t>(1, (group.cpu_milli + kMilli - 1) / kMilli);
}

// Every core runs a task: they share the GPUs unless the job says otherwise.
std::string gpus_of_a_task(const Group& executors) {
  const std::int64_t gpus = executors.gpu_milli / kMilli;
  const std::int64_t cores = whole_cores(executors);
  if (gpus >= cores) return std::to_string(gpus / cores);
  return std::to_string(static_cast<double>(gpus) / static_cast<double>(cores));
}

std::map<std::string, std::string> spark_settings(const SparkSection& spark) {
  Settings all = closed_settings();
  all.merge(sized_settings(spark));
  for (const auto& [name, value] : spark.conf) all.try_emplace(name, value);
  all.merge(usual_settings(spark));
  return all;
}

}  // namespace berth
