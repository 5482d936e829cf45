#include "spark_section.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "conf_rules.hpp"
#include "heap.hpp"
#include "kubernetes/pod_fragment.hpp"
#include "spark_memory.hpp"

namespace berth {
namespace {

constexpr std::int64_t kOneGpu = 1000;
constexpr std::string_view kOwnFolder = ".berth";

std::string in_mebibytes(std::int64_t bytes) {
  return std::to_string((bytes + kMebibyte - 1) / kMebibyte) + "Mi";
}

// ---- the program

// Relative, and staying where it is: "a/b", not "/a", "../a" or "".
bool leads_beneath(const std::string& text) {
  const std::filesystem::path path(text);
  return !text.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(),
                      [](const auto& part) { return part == ".." || part == "." || part.empty(); });
}

void read_sources(Section& section, SparkSection& spark) {
  spark.sources = section.text_map("sources");
  for (const auto& [path, text] : spark.sources) {
    if (leads_beneath(path) && *std::filesystem::path(path).begin() != kOwnFolder) continue;
    section.refuse("sources." + path, "must lie beneath the job's folder, and not in .berth");
  }
}

bool is_jar(const SparkSection& spark) { return spark.main.ends_with(".jar"); }

bool is_program(const SparkSection& spark) {
  return (spark.is_python() || is_jar(spark)) && spark.main.front() != '-';
}

// Where the job starts there is nothing but its sources, unless it starts in a folder of its own.
bool is_where_it_starts(const SparkSection& spark) {
  const bool leads_elsewhere =
      spark.main.starts_with('/') || spark.main.find(':') != std::string::npos;
  return leads_elsewhere || !spark.directory.empty() || spark.sources.contains(spark.main);
}

// After directory and sources.
void read_main(Section& section, SparkSection& spark) {
  spark.main = section.text("main", "");
  spark.main_class = section.text("main_class", "");
  if (spark.main.empty()) {
    section.refuse("main", "must name a program", "main: job.py, or a .jar with main_class");
  } else if (!is_program(spark)) {
    section.refuse("main", "\"" + spark.main + "\" is no program of Spark's",
                   "it ends with .py or .jar");
  } else if (!is_where_it_starts(spark)) {
    section.refuse(
        "main", "\"" + spark.main + "\" is not in the job's folder",
        "give an absolute path, or a directory, or its text: sources: {" + spark.main + ": ...}");
  }
  if (is_jar(spark) && spark.main_class.empty()) {
    section.refuse("main_class", "must name the class of " + spark.main + " that has main()");
  } else if (spark.is_python() && !spark.main_class.empty()) {
    section.refuse("main_class", "is for a .jar, but main is " + spark.main);
  }
}

// They reach spark-submit joined by commas.
std::vector<std::string> read_paths(Section& section, std::string_view field) {
  std::vector<std::string> paths = section.texts(field);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!paths[i].empty() && paths[i].find(',') == std::string::npos) continue;
    section.refuse(std::string(field) + '[' + std::to_string(i) + ']', "must be one path");
  }
  return paths;
}

void read_environment(Section& section, SparkSection& spark) {
  spark.environment = section.text_map("environment");
  for (const auto& [name, value] : spark.environment) {
    if (name.empty() || name.find('=') != std::string::npos) {
      section.refuse("environment." + name, "is no name of an environment variable");
    } else if (name.starts_with("SPARK_") || name.starts_with("_SPARK_")) {
      section.refuse("environment." + name, "is Spark's own", "what it sets may be set by conf");
    }
  }
}

void read_conf(Section& section, SparkSection& spark) {
  spark.conf = section.text_map("conf");
  for (const auto& [name, value] : spark.conf) {
    if (auto refusal = refusal_of_conf(name)) {
      section.refuse("conf." + name, std::move(refusal->message), std::move(refusal->hint));
    }
  }
}

// ---- sizes

struct Heaps {
  std::int64_t bytes = 0;  // with one of Spark's own daemons beside it
  PodMemory pod;
};

Heaps read_heaps(Section& section, const Group& group, const DaemonSize& beside, bool is_python) {
  const std::int64_t overhead = section.bytes("memory_overhead", 0);
  const std::int64_t heap =
      heap_within(group.memory_bytes - beside.memory_bytes, overhead, is_python);
  if (heap < kHeapMin) {
    section.refuse("memory",
                   in_mebibytes(group.memory_bytes) + " leaves " +
                       std::to_string(std::max<std::int64_t>(0, heap) / kMebibyte) +
                       "Mi of heap; Spark needs " + in_mebibytes(kHeapMin),
                   "more memory" + std::string(overhead == 0 ? "" : ", or less memory_overhead"));
  }
  const std::int64_t alone = heap_within(group.memory_bytes, overhead, is_python);
  return {heap, {alone, group.memory_bytes - alone}};
}

void read_driver(Section& section, const std::string& gpu_resource, SparkSection& spark) {
  spark.driver = {.name = std::string(kDriverRole)};
  spark.driver.cpu_milli = section.milli("cpu", kOneCpu);
  spark.driver.memory_bytes = section.bytes("memory", 2 * kOneGibibyte);
  const Heaps heaps = read_heaps(section, spark.driver, kMasterSize, spark.is_python());
  spark.driver_heap_bytes = heaps.bytes;
  spark.driver_pod = heaps.pod;
  spark.driver_template = read_pod_fragment(section, {{kDriverContainer}}, gpu_resource);
  section.refuse_others();
}

void read_executors(Section& section, const std::string& gpu_resource, SparkSection& spark) {
  spark.executors = read_needs(section, std::string(kExecutorRole), 2 * kOneGibibyte);
  spark.executors.count = section.whole("replicas", 1, 1, kMembersMax);
  const std::int64_t least = section.whole("min_replicas", spark.executors.count, 0, kMembersMax);
  if (least < spark.executors.count) {
    section.refuse("min_replicas", "must be replicas, which is " +
                                       std::to_string(spark.executors.count) +
                                       ", until there are elastic groups");
  }
  if (spark.executors.gpu_milli % kOneGpu != 0) {
    section.refuse("gpu", "must be a whole number: Spark's executors have whole GPUs");
  }
  const Heaps heaps = read_heaps(section, spark.executors, kWorkerSize, spark.is_python());
  spark.executor_heap_bytes = heaps.bytes;
  spark.executor_pod = heaps.pod;
  spark.executor_template = read_pod_fragment(section, {{kExecutorContainer}}, gpu_resource);
  section.refuse_others();
}

// Python's own memory and Spark's off the heap are named by conf; both lie within the overhead.
void check_counted_apart(Section& section, const SparkSection& spark) {
  const CountedApart apart = memory_counted_apart(spark.conf);
  for (const std::string& name : apart.wrong) {
    section.refuse("conf." + name, "\"" + spark.conf.at(name) + "\" is no amount of memory",
                   "512m, 2g");
  }
  if (apart.bytes <= spark.executor_pod.overhead_bytes) return;
  section.refuse("conf." + apart.name,
                 "makes " + in_mebibytes(apart.bytes) +
                     " beside the heap; an executor's memory leaves " +
                     in_mebibytes(spark.executor_pod.overhead_bytes),
                 "more executors.memory_overhead");
}

void note_fragments(const SparkSection& spark, problems& found) {
  if (spark.pod_template.empty() && spark.driver_template.empty() &&
      spark.executor_template.empty()) {
    return;
  }
  found.note("spark.pod_template", "is for pods: where jobs are processes, it does nothing");
}

// A section that is not there is read like an empty one.
template <typename Read>
void read_or_default(Section& spark, std::string_view field, problems& found, Read read) {
  static const auto kEmpty = nlohmann::json::object();
  std::optional<Section> section = spark.section(field);
  Section fallback(kEmpty, spark.path_of(field), found);
  read(section ? *section : fallback);
}

}  // namespace

SparkSection read_spark(std::string_view request, const std::string& gpu_resource,
                        problems& found) {
  const auto whole = nlohmann::json::parse(request);
  const auto own = whole.find("spark");
  SparkSection spark;
  if (own == whole.end() || !own->is_object()) {
    found.add("spark", "must be an object", "spark: {main: /srv/job.py, executors: {replicas: 2}}");
    return spark;
  }
  Section section(*own, "spark", found);
  spark.version = section.text("spark_version", "");  // these two choose what runs where there
  spark.image = section.text("image", "");            // are images
  spark.name = whole.value("name", "spark");
  const std::string directory = section.text("directory", ".");
  spark.directory = directory == "." ? "" : directory;
  read_sources(section, spark);
  read_main(section, spark);
  spark.arguments = section.texts("arguments");
  spark.jars = read_paths(section, "jars");
  spark.py_files = read_paths(section, "py_files");
  spark.files = read_paths(section, "files");
  read_conf(section, spark);
  read_environment(section, spark);
  read_or_default(section, "driver", found,
                  [&](Section& driver) { read_driver(driver, gpu_resource, spark); });
  read_or_default(section, "executors", found,
                  [&](Section& executors) { read_executors(executors, gpu_resource, spark); });
  check_counted_apart(section, spark);
  spark.pod_template = read_pod_fragment(section, kSparkContainers, gpu_resource);
  section.refuse_others();
  note_fragments(spark, found);
  return spark;
}

}  // namespace berth
