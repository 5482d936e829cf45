#include "spark_objects.hpp"

#include <filesystem>
#include <map>

#include "heap.hpp"
#include "kubernetes/pod_fragment.hpp"
#include "kubernetes/rendering.hpp"
#include "kubernetes_objects/base64.hpp"
#include "kubernetes_objects/pod_template.hpp"
#include "section/quantity_text.hpp"
#include "spark_memory.hpp"
#include "spark_settings.hpp"

namespace berth {
namespace {

using nlohmann::json;

using Settings = std::map<std::string, std::string>;

constexpr std::string_view kSecretVolume = "berth-secret";
constexpr const char* kForExecutors = "auth_token_base64";
constexpr std::string_view kSecretFolder = "/berth/secret";
constexpr std::string_view kFilesVolume = "berth-files";
constexpr std::string_view kFilesFolder = "/berth/files";
constexpr const char* kGpuScript = "gpus.sh";
constexpr int kReadAndRun = 0555;  // by whatever user an image has
constexpr std::int64_t kUiPort = 4040;
constexpr std::int64_t kMilli = 1000;

std::string in_secret(const char* name) { return std::string(kSecretFolder) + '/' + name; }

std::string in_mebibytes(std::int64_t bytes) { return std::to_string(bytes / kMebibyte) + 'm'; }

json mount(std::string_view volume, std::string_view folder) {
  return {{"name", volume}, {"mountPath", folder}, {"readOnly", true}};
}

json variable(const std::string& name, const std::string& value) {
  return {{"name", name}, {"value", without_expansion(value)}};
}

// "nvidia.com/gpu" is Spark's resource "gpu" of vendor "nvidia.com".
struct Device {
  std::string vendor, name;
};

Device device_of(const std::string& resource) {
  const std::size_t slash = resource.find('/');
  if (slash == std::string::npos) return {"", resource};
  return {resource.substr(0, slash), resource.substr(slash + 1)};
}

// Spark asks each executor which ones it has. Kubernetes gives it just those, numbered from 0.
std::string gpu_script(const Device& device, std::int64_t count) {
  json addresses = json::array();
  for (std::int64_t i = 0; i < count; ++i) addresses.push_back(std::to_string(i));
  const json answer = {{"name", device.name}, {"addresses", addresses}};
  return "#!/bin/sh\necho '" + answer.dump() + "'\n";
}

class Renderer {
 public:
  Renderer(const SparkSection& spark, const SparkUsual& usual, const std::string& name,
           const std::string& token, const json& request)
      : spark_(spark), usual_(usual), name_(name), token_(token), request_(request) {}

  json render() const {
    const json object = {{"apiVersion", "sparkoperator.k8s.io/v1beta2"},
                         {"kind", "SparkApplication"},
                         {"metadata", {{"name", name_}, {"labels", labels_of_request(request_)}}},
                         {"spec", spec()}};
    return {{"object", object},
            {"secrets", secrets()},
            {"image", "/spec/image"},
            {"pods", json::array({pod_wish(spark_.driver, "/spec/driver/template",
                                           kDriverContainer),
                                  pod_wish(spark_.executors, "/spec/executor/template",
                                           kExecutorContainer)})},
            {"main", kDriverRole},
            {"endpoints", {{"ui", {{"group", kDriverRole}, {"port", ui_port()}}}}}};
  }

 private:
  std::string secret_name() const { return name_ + "-token"; }
  std::string files_name() const { return name_ + "-files"; }
  std::int64_t gpus() const { return spark_.executors.gpu_milli / kMilli; }

  json secrets() const {
    json data = {{"auth_token", token_}, {kForExecutors, encode_base64(token_)}};
    if (gpus() > 0) data[kGpuScript] = gpu_script(device_of(usual_.gpu_resource), gpus());
    json all = json::array({json{{"name", secret_name()}, {"data", data}}});
    if (spark_.sources.empty()) return all;
    json files = json::object();
    for (const auto& [path, text] : spark_.sources) files[key_of(files.size())] = text;
    all.push_back(json{{"name", files_name()}, {"data", files}});
    return all;
  }

  // Paths are no keys of a secret.
  static std::string key_of(std::size_t index) { return "file-" + std::to_string(index); }

  json spec() const {
    json spec = {{"type", spark_.is_python() ? "Python" : "Java"},
                 {"mode", "cluster"},
                 {"sparkVersion", spark_.version.empty() ? usual_.version : spark_.version},
                 {"restartPolicy", {{"type", "Never"}}},
                 {"mainApplicationFile", in_image(spark_.main)},
                 {"arguments", spark_.arguments},
                 {"sparkConf", settings()},
                 {"driver", driver()},
                 {"executor", executor()}};
    const std::string& image = spark_.image.empty() ? usual_.image : spark_.image;
    if (!image.empty()) spec["image"] = image;
    if (!spark_.main_class.empty()) spec["mainClass"] = spark_.main_class;
    if (json found = dependencies(); !found.empty()) spec["deps"] = found;
    return spec;
  }

  // A path without a scheme is one of the pods' own, in the image or among the sources.
  std::string in_image(const std::string& path) const {
    if (path.find(':') != std::string::npos) return path;
    std::filesystem::path folder(kFilesFolder);
    if (!spark_.directory.empty()) folder /= spark_.directory;  // an absolute one takes its place
    return "local://" + (folder / path).lexically_normal().string();
  }

  json dependencies() const {
    json found = json::object();
    const auto add = [&](const char* name, const std::vector<std::string>& paths) {
      for (const std::string& path : paths) found[name].push_back(in_image(path));
    };
    add("jars", spark_.jars);
    add("pyFiles", spark_.py_files);
    add("files", spark_.files);
    return found;
  }

  // ---- settings

  Settings closed_settings() const {
    return {{"spark.authenticate", "true"},
            {"spark.authenticate.secret.driver.file", in_secret("auth_token")},
            {"spark.authenticate.secret.executor.file", in_secret("auth_token")},
            {"spark.network.crypto.enabled", "true"},
            {"spark.network.crypto.saslFallback", "false"},
            {"spark.network.crypto.cipher", "AES/GCM/NoPadding"},
            {"spark.ui.killEnabled", "false"}};
  }

  Settings gpu_settings() const {
    if (gpus() == 0) return {};
    const Device device = device_of(usual_.gpu_resource);
    const std::string resource = "spark.executor.resource." + device.name + '.';
    return {{resource + "amount", std::to_string(gpus())},
            {resource + "vendor", device.vendor},
            {resource + "discoveryScript", in_secret(kGpuScript)}};
  }

  // What a job's own conf may say otherwise.
  Settings usual_settings() const {
    Settings usual = {{"spark.app.name", spark_.name}, {"spark.ui.showConsoleProgress", "false"}};
    if (gpus() > 0) {
      usual["spark.task.resource." + device_of(usual_.gpu_resource).name + ".amount"] =
          gpus_of_a_task(spark_.executors);
    }
    return usual;
  }

  Settings settings() const {
    Settings all = closed_settings();
    all.merge(gpu_settings());
    for (const auto& [name, value] : spark_.conf) all.try_emplace(name, value);
    all.merge(usual_settings());
    return all;
  }

  std::int64_t ui_port() const {
    const auto port = spark_.conf.find("spark.ui.port");
    if (port == spark_.conf.end()) return kUiPort;
    return parse_quantity(port->second, 1).value_or(kUiPort);
  }

  // ---- pods

  // Spark makes a pod's requests out of these; they come to just what the group asked for.
  json sized(const Group& group, const PodMemory& memory, std::int64_t counted_apart) const {
    return {{"cores", whole_cores(group)},
            {"coreRequest", cpu_quantity(group.cpu_milli)},
            {"coreLimit", cpu_quantity(group.cpu_milli)},
            {"memory", in_mebibytes(memory.heap_bytes)},
            {"memoryOverhead", in_mebibytes(memory.overhead_bytes - counted_apart)}};
  }

  json driver() const {
    json driver = sized(spark_.driver, spark_.driver_pod, 0);
    driver["template"] = pod_template(kDriverContainer, spark_.driver_template);
    json& spec = driver["template"]["spec"];
    if (!usual_.driver_account.empty() && !spec.contains("serviceAccountName"))
      spec["serviceAccountName"] = usual_.driver_account;
    return driver;
  }

  json executor() const {
    json executor =
        sized(spark_.executors, spark_.executor_pod, memory_counted_apart(spark_.conf).bytes);
    executor["instances"] = spark_.executors.count;
    executor["template"] = pod_template(kExecutorContainer, spark_.executor_template);
    json* container = kube::find_container(executor["template"], kExecutorContainer);
    if (container != nullptr) (*container)["env"].push_back(secret_variable());
    return executor;
  }

  // By its first connection an executor asks for its settings. It has no master then, without which
  // Spark 4.3 does not read a file for the secret; and the secret in a file is that file in base64.
  json secret_variable() const {
    return {{"name", "_SPARK_AUTH_SECRET"},
            {"valueFrom", {{"secretKeyRef", {{"name", secret_name()}, {"key", kForExecutors}}}}}};
  }

  json pod_template(std::string_view name, const json& own) const {
    json main = {{"name", name}, {"terminationMessagePolicy", "FallbackToLogsOnError"}};
    main["env"] = json::array({variable("PYTHONUNBUFFERED", "1")});
    for (const auto& [variable_name, value] : spark_.environment) {
      main["env"].push_back(variable(variable_name, value));
    }
    if (spark_.directory.starts_with('/')) main["workingDir"] = spark_.directory;
    main["volumeMounts"] = json::array({mount(kSecretVolume, kSecretFolder)});
    if (!spark_.sources.empty()) main["volumeMounts"].push_back(mount(kFilesVolume, kFilesFolder));
    const json spec = {{"containers", json::array({main})}, {"volumes", volumes()}};
    const json of_all = fragment_without_others(spark_.pod_template, name, kSparkContainers);
    return kube::merge_pod_template(kube::merge_pod_template({{"spec", spec}}, of_all), own);
  }

  json volumes() const {
    json all = json::array(
        {json{{"name", kSecretVolume},
              {"secret", {{"secretName", secret_name()}, {"defaultMode", kReadAndRun}}}}});
    if (spark_.sources.empty()) return all;
    json items = json::array();
    for (const auto& [path, text] : spark_.sources) {
      items.push_back(json{{"key", key_of(items.size())}, {"path", path}});
    }
    all.push_back(
        json{{"name", kFilesVolume},
             {"secret",
              {{"secretName", files_name()}, {"defaultMode", kReadAndRun}, {"items", items}}}});
    return all;
  }

  const SparkSection& spark_;
  const SparkUsual& usual_;
  const std::string& name_;
  const std::string& token_;
  const json& request_;
};

Group planned(const Group& group, const json& of_all, const json& own, std::string_view container,
              const std::string& gpu_resource) {
  const json fragment = kube::merge_pod_template(
      fragment_without_others(of_all, container, kSparkContainers), own);
  return with_sidecars(group, fragment, container, gpu_resource);
}

}  // namespace

std::vector<Group> groups_of_spark(const SparkSection& spark, const std::string& gpu_resource) {
  return {planned(spark.driver, spark.pod_template, spark.driver_template, kDriverContainer,
                  gpu_resource),
          planned(spark.executors, spark.pod_template, spark.executor_template, kExecutorContainer,
                  gpu_resource)};
}

json render_spark_objects(const SparkSection& spark, const SparkUsual& usual,
                          const std::string& name, const std::string& token, const json& request) {
  return Renderer(spark, usual, name, token, request).render();
}

}  // namespace berth
