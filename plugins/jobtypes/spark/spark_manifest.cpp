#include "spark_manifest.hpp"

#include <algorithm>
#include <charconv>

#include "heap.hpp"
#include "kubernetes/manifest.hpp"
#include "kubernetes/rendering.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"
#include "kubernetes_objects/pod_template.hpp"
#include "section/quantity_text.hpp"
#include "spark_memory.hpp"
#include "spark_section.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kMilli = 1000;
constexpr std::int64_t kUiPort = 4040;
constexpr double kJavaFactor = 0.1;
constexpr double kOtherFactor = 0.4;  // for Python and R beside Java

constexpr const char* kUnseen = "Berth has to see how the job ends, and retries it itself";
constexpr const char* kReleased = "Berth takes everything away when the job is over";

// Driver or executor: where it is in the manifest, and what Spark calls it.
struct Role {
  std::string_view group;
  std::string path;   // "/spec/driver"
  std::string conf;   // "spark.driver."
  std::string_view container;
};

// Settings have dots in their names, which pointers do not mind.
std::string conf_pointer(const std::string& name) { return "/spec/sparkConf/" + name; }

class Reader {
 public:
  Reader(const json& request, const std::string& gpu_resource, problems& found)
      : manifest_(request.at("manifest"), found), gpu_resource_(gpu_resource) {}

  SparkManifest read() {
    if (manifest_.kind() != "SparkApplication") {
      manifest_.refuse("/kind", "\"" + manifest_.kind() + "\" is no Spark that Berth runs",
                       "SparkApplication");
    }
    check_metadata(manifest_);
    if (!manifest_.demand_object("/spec")) return {};
    read_application();
    const Role driver{kDriverRole, "/spec/driver", "spark.driver.", kDriverContainer};
    const Role executor{kExecutorRole, "/spec/executor", "spark.executor.", kExecutorContainer};
    if (manifest_.demand_object(driver.path) && manifest_.demand_object(executor.path)) {
      read_role(driver, 1);
      read_role(executor, count_executors());
    }
    found_.object = manifest_.object();
    return std::move(found_);
  }

 private:
  // ---- the application

  void read_application() {
    manifest_.refuse_suspension("/spec/suspend");
    const std::string mode = manifest_.text("/spec/mode", "cluster");
    if (mode != "cluster") {
      manifest_.refuse("/spec/mode", "\"" + mode + "\" runs its driver where Berth does not see it",
                       "cluster");
    }
    if (manifest_.text("/spec/restartPolicy/type", "Never") != "Never") {
      manifest_.set("/spec/restartPolicy", {{"type", "Never"}}, kUnseen);
    }
    manifest_.remove("/spec/timeToLiveSeconds", kReleased);
    if (setting("spark.authenticate").value_or("false") != "true") {
      manifest_.note(conf_pointer("spark.authenticate"),
                     "is not true: whoever reaches its ports may act as one of its executors");
    }
  }

  std::optional<std::string> setting(const std::string& name) const {
    const json& value = manifest_.at(conf_pointer(name));
    if (value.is_string()) return value.get<std::string>();
    return std::nullopt;
  }

  std::int64_t count_executors() {
    const std::string path = "/spec/executor/instances";
    const auto by_conf = setting("spark.executor.instances");
    const bool says_nothing = manifest_.at(path).is_null() && !by_conf;
    std::int64_t count = manifest_.whole(path, 1);
    if (manifest_.at(path).is_null() && by_conf) {
      count = whole_setting("spark.executor.instances", *by_conf);
    }
    if (is_dynamic()) return count_dynamic(count);
    if (says_nothing) manifest_.set(path, 1, "operators differ in what they take for none");
    return demand_count(path, count);
  }

  std::int64_t demand_count(const std::string& path, std::int64_t count) {
    if (count >= 1 && count <= kMembersMax) return count;
    manifest_.refuse(path, "must be 1 to " + std::to_string(kMembersMax) + ", is " +
                               std::to_string(count));
    return 1;
  }

  std::int64_t whole_setting(const std::string& name, const std::string& text) {
    if (const auto number = parse_quantity(text, 1)) return *number;
    manifest_.refuse(conf_pointer(name), "\"" + text + "\" is no number");
    return 1;
  }

  bool is_dynamic() {
    const std::string name = "spark.dynamicAllocation.enabled";
    const bool by_conf = setting(name).value_or("false") == "true";
    if (by_conf) {
      manifest_.refuse(conf_pointer(name), "the number of executors must be fixed until there are "
                                           "elastic groups",
                       "executor.instances; or dynamicAllocation with equal bounds");
    }
    return !by_conf && manifest_.is_true("/spec/dynamicAllocation/enabled");
  }

  std::int64_t count_dynamic(std::int64_t instances) {
    const std::string path = "/spec/dynamicAllocation";
    const std::int64_t least = manifest_.whole(path + "/minExecutors", 0);
    const std::int64_t most = manifest_.whole(path + "/maxExecutors", INT32_MAX);
    if (least != most) {
      manifest_.refuse(path + "/maxExecutors",
                       "must be minExecutors, which is " + std::to_string(least) +
                           ", until there are elastic groups",
                       "the same number for both, or enabled: false");
      return std::max<std::int64_t>(1, instances);
    }
    return demand_count(path + "/maxExecutors", most);
  }

  // ---- driver and executors

  void read_role(const Role& role, std::int64_t count) {
    const json pod = pod_of(role);
    std::vector<kube::WrongQuantity> wrong;
    const kube::PodNeeds needs = kube::pod_needs(pod, gpu_resource_, wrong);
    for (const kube::WrongQuantity& each : wrong) {
      manifest_.refuse(role.path + "/template", each.path + ": \"" + each.text +
                                                    "\" is no quantity");
    }
    found_.groups.push_back(group_of_needs(std::string(role.group), count, needs));
    found_.pods.push_back(pods_of(role, found_.groups.back()));
  }

  // The pod as Spark makes it: its own amounts take the place of the template's.
  json pod_of(const Role& role) {
    json pod = manifest_.at(role.path + "/template/spec");
    if (!pod.is_object()) pod = json::object();
    json& containers = pod["containers"];
    if (!containers.is_array()) containers = json::array();
    const json whole = {{"spec", pod}};
    const bool is_named = kube::find_container(whole, role.container) != nullptr;
    if (!is_named && containers.empty()) containers.push_back(json::object());
    for (json& container : containers) {
      const bool is_main = is_named ? container.value("name", "") == role.container
                                    : &container == &containers.front();
      if (is_main) set_amounts(role, container);
    }
    for (const json& each : manifest_.list(role.path + "/sidecars")) containers.push_back(each);
    for (const json& each : manifest_.list(role.path + "/initContainers")) {
      pod["initContainers"].push_back(each);
    }
    return pod;
  }

  void set_amounts(const Role& role, json& container) {
    json amounts = {{"cpu", cpu_quantity(cpu_of(role))},
                    {"memory", memory_quantity(memory_of(role))}};
    const json& gpu = manifest_.at(role.path + "/gpu");
    if (gpu.is_object()) amounts[gpu.value("name", gpu_resource_)] = gpu.value("quantity", 0);
    const std::string device = gpu_resource_.substr(gpu_resource_.find('/') + 1);
    const std::string name = role.conf + "resource." + device + ".amount";
    if (const auto amount = setting(name)) amounts[gpu_resource_] = whole_setting(name, *amount);
    container["resources"]["requests"].update(amounts);
  }

  std::int64_t cpu_of(const Role& role) {
    const std::string request =
        "spark.kubernetes." + std::string(role.group) + ".request.cores";
    if (const std::string own = manifest_.text(role.path + "/coreRequest"); !own.empty()) {
      return milli(role.path + "/coreRequest", own);
    }
    if (const auto own = setting(request)) return milli(conf_pointer(request), *own);
    const json& cores = manifest_.at(role.path + "/cores");
    const auto by_conf = setting(role.conf + "cores");
    if (cores.is_null() && by_conf) {
      return whole_setting(role.conf + "cores", *by_conf) * kMilli;
    }
    return manifest_.whole(role.path + "/cores", 1) * kMilli;
  }

  std::int64_t milli(const std::string& path, const std::string& text) {
    if (const auto amount = parse_quantity(text, kMilli)) return *amount;
    manifest_.refuse(path, "\"" + text + "\" is no quantity", "500m, 2");
    return 0;
  }

  // Heap, overhead, and what Spark counts apart.
  std::int64_t memory_of(const Role& role) {
    const std::int64_t heap =
        amount(role.path + "/memory", role.conf + "memory").value_or(kOneGibibyte);
    const auto named = amount(role.path + "/memoryOverhead", role.conf + "memoryOverhead");
    const std::int64_t overhead = named ? *named : overhead_of(heap, factor_of(role));
    return heap + overhead + (role.group == kExecutorRole ? counted_apart() : 0);
  }

  // A field, or the setting that stands for it.
  std::optional<std::int64_t> amount(const std::string& path, const std::string& name) {
    const std::string own = manifest_.text(path);
    const auto by_conf = setting(name);
    if (own.empty() && !by_conf) return std::nullopt;
    const std::string& text = own.empty() ? *by_conf : own;
    if (const auto bytes = parse_spark_memory(text, kMebibyte)) return bytes;
    manifest_.refuse(own.empty() ? conf_pointer(name) : path,
                     "\"" + text + "\" is no amount of memory", "512m, 2g");
    return std::nullopt;
  }

  std::int64_t counted_apart() {
    std::map<std::string, std::string> conf;
    const json& settings = manifest_.at("/spec/sparkConf");
    if (settings.is_object()) {
      for (const auto& [name, value] : settings.items())
        if (value.is_string()) conf[name] = value.get<std::string>();
    }
    const CountedApart apart = memory_counted_apart(conf);
    for (const std::string& name : apart.wrong) {
      manifest_.refuse(conf_pointer(name), "\"" + conf[name] + "\" is no amount of memory",
                       "512m, 2g");
    }
    return apart.bytes;
  }

  double factor_of(const Role& role) {
    const std::string type = manifest_.text("/spec/type");
    const double usual = type == "Python" || type == "R" ? kOtherFactor : kJavaFactor;
    for (const std::string& name : {role.conf + "memoryOverheadFactor",
                                    std::string("spark.kubernetes.memoryOverheadFactor")}) {
      if (const auto own = setting(name)) return number(conf_pointer(name), *own, usual);
    }
    const std::string own = manifest_.text("/spec/memoryOverheadFactor");
    return own.empty() ? usual : number("/spec/memoryOverheadFactor", own, usual);
  }

  double number(const std::string& path, const std::string& text, double fallback) {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && stop == text.data() + text.size() && value >= 0) return value;
    manifest_.refuse(path, "\"" + text + "\" is no number", "0.1");
    return fallback;
  }

  // Where there is no pod template none may be made: with one, the operator's webhook no longer adds
  // what the manifest asks of it.
  json pods_of(const Role& role, const Group& group) const {
    json pods = pod_wish(group, role.path + "/template", role.container);
    if (manifest_.at(role.path + "/template").is_object()) return pods;
    const bool by_role = manifest_.at("/spec/driver/nodeSelector").is_object() ||
                         manifest_.at("/spec/executor/nodeSelector").is_object();
    pods["fields"] = {{"labels", role.path + "/labels"},
                      {"node_selector", by_role ? role.path + "/nodeSelector"
                                                : std::string("/spec/nodeSelector")},
                      {"tolerations", role.path + "/tolerations"},
                      {"affinity", role.path + "/affinity"}};
    return pods;
  }

  Manifest manifest_;
  const std::string& gpu_resource_;
  SparkManifest found_;
};

std::int64_t ui_port_of(const json& object) {
  return parse_quantity(text_field(object, "spec", "sparkConf", "spark.ui.port"), 1)
      .value_or(kUiPort);
}

}  // namespace

SparkManifest read_spark_manifest(const json& request, const std::string& gpu_resource,
                                  problems& found) {
  if (request.contains("spark") && !request.at("spark").is_null()) {
    found.add("spark", "a manifest is there as well", "one of the two");
  }
  return Reader(request, gpu_resource, found).read();
}

json render_spark_manifest(const SparkManifest& manifest, const std::string& name,
                           const json& request) {
  return {{"object", with_identity(manifest.object, name, request)},
          {"secrets", json::array()},
          {"pods", manifest.pods},
          {"main", kDriverRole},
          {"endpoints", {{"ui", {{"group", kDriverRole}, {"port", ui_port_of(manifest.object)}}}}},
          {"kept_manifest", true}};
}

}  // namespace berth
