#include "spark_workload.hpp"

#include <nlohmann/json.hpp>

#include "heap.hpp"
#include "spark_scripts.hpp"
#include "spark_settings.hpp"

namespace berth {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

// Not the folder in which the driver starts: its imports must not find these.
constexpr std::string_view kScriptFolder = ".berth/";
constexpr std::int64_t kMilli = 1000;

std::string flag(std::string_view name, std::int64_t value) {
  return std::string(name) + '=' + std::to_string(value);
}

Arguments executor_arguments(const SparkSection& spark) {
  const Group& group = spark.executors;
  return {flag("--cores", whole_cores(group)), flag("--memory-mb", group.memory_bytes / kMebibyte),
          flag("--heap-mb", kWorkerSize.heap_bytes / kMebibyte),
          flag("--gpus", group.gpu_milli / kMilli)};
}

void add_list(Arguments& arguments, std::string_view name, const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  std::string joined;
  for (const std::string& path : paths) joined += (joined.empty() ? "" : ",") + path;
  arguments.insert(arguments.end(), {std::string(name), joined});
}

// After the dashes, those of spark-submit.
Arguments driver_arguments(const SparkSection& spark) {
  Arguments arguments = {flag("--executors", spark.executors.count)};
  if (!spark.directory.empty()) arguments.push_back("--directory=" + spark.directory);
  arguments.push_back("--");
  if (!spark.main_class.empty()) arguments.insert(arguments.end(), {"--class", spark.main_class});
  add_list(arguments, "--jars", spark.jars);
  add_list(arguments, "--py-files", spark.py_files);
  add_list(arguments, "--files", spark.files);
  arguments.push_back(spark.main);
  arguments.insert(arguments.end(), spark.arguments.begin(), spark.arguments.end());
  return arguments;
}

json environment_of(const SparkSection& spark, const SparkPlace& place) {
  json environment = {{"PYTHONUNBUFFERED", "1"}};  // what is printed can be followed
  if (!place.venv.empty()) environment["VIRTUAL_ENV"] = place.venv;
  if (!place.java_home.empty()) environment["JAVA_HOME"] = place.java_home;
  for (const auto& [name, value] : spark.environment) environment[name] = value;
  environment["_SPARK_AUTH_SECRET"] = place.token;
  return environment;
}

json render_member(std::string_view role, std::int64_t replica, const Arguments& arguments,
                   const SparkSection& spark, const SparkPlace& place) {
  Arguments whole = {place.venv.empty() ? "python3" : place.venv + "/bin/python",
                     std::string(kScriptFolder) + std::string(role) + ".py"};
  whole.insert(whole.end(), arguments.begin(), arguments.end());
  return {{"role", role},
          {"replica", replica},
          {"main", role == kDriverRole},
          {"argv", whole},
          {"environment", environment_of(spark, place)},
          {"directory", ""}};
}

json render_master(const SparkSection& spark, const SparkPlace& place) {
  const Arguments arguments = {flag("--heap-mb", kMasterSize.heap_bytes / kMebibyte)};
  json member = render_member(kMasterRole, 0, arguments, spark, place);
  member["beside"] = std::string(kDriverRole) + "-0";
  return member;
}

json with_amounts(json member, const Group& group) {
  member["cpu_milli"] = group.cpu_milli;
  member["memory_bytes"] = group.memory_bytes;
  return member;
}

json render_file(std::string_view path, std::string_view content) {
  return {{"path", path}, {"content", content}, {"mode", "0600"}};
}

std::string render_settings(const SparkSection& spark) {
  return json{
      {"settings", spark_settings(spark)},
      {"cpus", {{"driver", whole_cores(spark.driver)}, {"executor", whole_cores(spark.executors)}}}}
      .dump();
}

json render_files(const SparkSection& spark) {
  json files = json::array();
  for (const auto& [name, content] : kSparkScripts) {
    files.push_back(render_file(std::string(kScriptFolder) + std::string(name), content));
  }
  files.push_back(
      render_file(std::string(kScriptFolder) + "settings.json", render_settings(spark)));
  for (const auto& [path, text] : spark.sources) files.push_back(render_file(path, text));
  return files;
}

}  // namespace

std::string render_spark(const SparkSection& spark, const SparkPlace& place) {
  json members = json::array({render_master(spark, place)});
  for (std::int64_t replica = 0; replica < spark.executors.count; ++replica) {
    members.push_back(
        with_amounts(render_member(kExecutorRole, replica, executor_arguments(spark), spark, place),
                     spark.executors));
  }
  members.push_back(with_amounts(
      render_member(kDriverRole, 0, driver_arguments(spark), spark, place), spark.driver));
  return json{{"members", members}, {"files", render_files(spark)}}.dump();
}

}  // namespace berth
