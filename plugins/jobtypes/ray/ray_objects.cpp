#include "ray_objects.hpp"

#include <algorithm>

#include "kubernetes/pod_fragment.hpp"
#include "kubernetes/rendering.hpp"
#include "kubernetes_objects/names.hpp"
#include "kubernetes_objects/pod_template.hpp"
#include "ray_pod_scripts.hpp"
#include "ray_version.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::string_view kFindHeadContainer = "find-head";
constexpr std::string_view kHeadVolume = "berth-head";
constexpr std::string_view kHeadFolder = "/berth";
constexpr std::string_view kHeadFile = "/berth/head";

constexpr int kGcsPort = 6379;
constexpr int kDashboardPort = 8265;
constexpr int kClientPort = 10001;
// Ray's shell is the first process of a container, and so does not heed SIGTERM: this is how long
// the end of every job takes.
constexpr int kGraceSeconds = 10;
// What the pod that submits takes of the head's amounts: it prints what the driver prints.
constexpr std::int64_t kSubmitterCpuMilli = 100;
constexpr std::int64_t kSubmitterMemoryBytes = 64 << 20;
// While Kueue may still suspend the job, KubeRay has to be told that it ends some day.
constexpr int kKueueKeepsSeconds = 3600;

std::string text(std::string_view view) { return std::string(view); }

json variable(std::string_view name, const std::string& value) {
  return {{"name", name}, {"value", without_expansion(value)}};
}

std::string version_of(const RaySection& ray, const RayUsual& usual) {
  if (!ray.version.empty()) return ray.version;
  const std::string tagged = ray_version_of_image(ray.image.empty() ? usual.image : ray.image);
  return tagged.empty() ? usual.version : tagged;
}

// The pod that submits lives beside the head, out of its amounts.
Group submitter_of(const Group& head) {
  return {.name = text(kDriverRole),
          .cpu_milli = std::min(kSubmitterCpuMilli, head.cpu_milli / 4),
          .memory_bytes = std::min(kSubmitterMemoryBytes, head.memory_bytes / 4)};
}

Group head_of(const RaySection& ray) {
  Group head = ray.head;
  if (ray.entrypoint.empty()) return head;
  const Group submitter = submitter_of(head);
  head.cpu_milli -= submitter.cpu_milli;
  head.memory_bytes -= submitter.memory_bytes;
  return head;
}

// What one kind of pod takes of the job's own: of the part for all pods not the other kinds' containers.
json fragment_for(std::string_view container, const json& of_all, const json& own) {
  return kube::merge_pod_template(fragment_without_others(of_all, container, kRayContainers), own);
}

class Renderer {
 public:
  Renderer(const RaySection& ray, const RayUsual& usual, const RayOrder& order)
      : ray_(ray), usual_(usual), order_(order) {}

  json render() const {
    const bool is_job = !ray_.entrypoint.empty();
    json object = {{"apiVersion", "ray.io/v1"},
                   {"kind", is_job ? "RayJob" : "RayCluster"},
                   {"metadata", metadata()},
                   {"spec", is_job ? job_spec() : cluster_spec()}};
    return {{"object", object},
            {"secrets", json::array({json{{"name", secret_name()},
                                          {"data", {{"auth_token", order_.token}}}}})},
            {"pods", pods(is_job ? "/spec/rayClusterSpec" : "/spec", is_job)},
            {"main", is_job ? kDriverRole : kHeadGroup},
            {"endpoints",
             {{"gcs", {{"group", kHeadGroup}, {"port", kGcsPort}}},
              {"dashboard", {{"group", kHeadGroup}, {"port", kDashboardPort}}},
              {"client", {{"group", kHeadGroup}, {"port", kClientPort}}}}}};
  }

 private:
  std::string secret_name() const { return order_.name + "-token"; }

  // A head that is gone has taken the job with it: another one would only look like it.
  json metadata() const {
    return {{"name", order_.name},
            {"labels", labels_of_request(order_.request)},
            {"annotations", {{"ray.io/disable-provisioned-head-restart", "true"}}}};
  }

  json cluster_spec() const {
    json workers = json::array();
    for (const RayWorkers& each : ray_.workers) workers.push_back(worker_group(each));
    return {{"rayVersion", version_of(ray_, usual_)},
            {"authOptions", {{"mode", "token"}, {"secretName", secret_name()}}},
            {"headGroupSpec", head_group()},
            {"workerGroupSpecs", workers}};
  }

  json job_spec() const {
    json spec = {{"entrypoint", ray_.entrypoint},
                 {"jobId", order_.name},
                 {"submissionMode", "K8sJobMode"},
                 {"submitterPodTemplate", submitter_template()},
                 {"submitterConfig", {{"backoffLimit", 0}}},
                 {"backoffLimit", 0},
                 {"rayClusterSpec", cluster_spec()}};
    if (labels_of_request(order_.request).contains(kube::kKueueQueueLabel)) {
      spec["shutdownAfterJobFinishes"] = true;
      spec["ttlSecondsAfterFinished"] = kKueueKeepsSeconds;
    }
    return spec;
  }

  // Words of a shell's command line.
  json start_parameters(const Group& group) const {
    json parameters = {{"num-cpus", whole_units(group.cpu_milli)},
                       {"memory", std::to_string(group.memory_bytes)}};
    if (group.gpu_milli > 0) parameters["num-gpus"] = whole_units(group.gpu_milli);
    return parameters;
  }

  json head_group() const {
    const Group head = head_of(ray_);
    json parameters = start_parameters(head);
    parameters["num-cpus"] = whole_units(ray_.head.cpu_milli);
    parameters["dashboard-host"] = "0.0.0.0";
    const json pod = pod_template(kHeadContainer, head, ray_.head_template);
    return {{"rayStartParams", parameters}, {"template", pod}};
  }

  json worker_group(const RayWorkers& workers) const {
    const Group& group = workers.group;
    json parameters = start_parameters(group);
    json pod = pod_template(kWorkerContainer, group, workers.pod_template);
    if (order_.asks_for_head) {
      parameters["address"] = "$(cat " + text(kHeadFile) + ")";
      add_search(pod, group);
    }
    return {{"groupName", group.name},       {"replicas", group.count},
            {"minReplicas", group.count},    {"maxReplicas", group.count},
            {"rayStartParams", parameters},  {"template", pod}};
  }

  json container(std::string_view name, const Group& group) const {
    json container = {{"name", name},
                      {"resources", exact_resources(group, usual_.gpu_resource)},
                      {"terminationMessagePolicy", "FallbackToLogsOnError"}};
    const std::string& image = ray_.image.empty() ? usual_.image : ray_.image;
    if (!image.empty()) container["image"] = image;
    return container;
  }

  json pod_template(std::string_view name, const Group& group, const json& own) const {
    json main = container(name, group);
    // Without the last the server of clients now and then dies as it forks: see scripts/ray_node.py.
    main["env"] = json::array({variable("RAY_USAGE_STATS_ENABLED", "0"),
                               variable("PYTHONUNBUFFERED", "1"),
                               variable("GRPC_ENABLE_FORK_SUPPORT", "0")});
    json spec = {{"terminationGracePeriodSeconds", kGraceSeconds}};
    if (name == kHeadContainer) {
      spec["restartPolicy"] = "Never";
      main["ports"] = json::array({port("gcs-server", kGcsPort), port("dashboard", kDashboardPort),
                                   port("client", kClientPort)});
    }
    spec["containers"] = json::array({main});
    return kube::merge_pod_template({{"spec", spec}}, fragment_for(name, ray_.pod_template, own));
  }

  static json port(const char* name, int number) {
    return {{"name", name}, {"containerPort", number}};
  }

  json script(std::string_view verb) const {
    return json::array({"python3", "-c", without_expansion(kRayPodScripts[0].second), verb});
  }

  json head_selector() const {
    return variable("BERTH_HEAD_SELECTOR", text(kube::kJobLabel) + '=' + order_.job + ',' +
                                               text(kube::kAttemptLabel) + '=' + order_.attempt +
                                               ",ray.io/node-type=head");
  }

  // It runs what the worker runs, so it needs all that this one has: image, mounts, variables.
  void add_search(json& pod, Group group) const {
    json& spec = pod["spec"];
    json& worker = *kube::find_container(pod, kWorkerContainer);
    const json mount = {{"name", kHeadVolume}, {"mountPath", kHeadFolder}};
    worker["volumeMounts"].push_back(mount);
    json search = {{"name", kFindHeadContainer}, {"command", script("find-head")}};
    for (const char* same : {"image", "imagePullPolicy", "env", "envFrom", "volumeMounts",
                             "securityContext"}) {
      if (worker.contains(same)) search[same] = worker[same];
    }
    search["env"].push_back(head_selector());
    search["env"].push_back(variable("BERTH_HEAD_FILE", text(kHeadFile)));
    group.gpu_milli = 0;  // it is over before the worker begins, so its amounts cost nothing
    search["resources"] = exact_resources(group, usual_.gpu_resource);
    spec["initContainers"].push_back(search);
    spec["volumes"].push_back({{"name", kHeadVolume}, {"emptyDir", json::object()}});
  }

  json submitter_template() const {
    json main = container(kSubmitterContainer, submitter_of(ray_.head));
    main["command"] = script("submit");
    main["env"] = json::array({variable("BERTH_ENTRYPOINT", ray_.entrypoint)});
    if (order_.asks_for_head) main["env"].push_back(head_selector());
    const json usual = {{"restartPolicy", "Never"}, {"containers", json::array({main})}};
    return kube::merge_pod_template({{"spec", usual}}, fragment_of_submitter());
  }

  // It is over with its main container, so nothing may run beside that.
  json fragment_of_submitter() const {
    json fragment = fragment_for(kSubmitterContainer, ray_.pod_template, json::object());
    if (!fragment.contains("spec")) return fragment;
    json& spec = fragment["spec"];
    spec.erase("initContainers");
    if (!spec.contains("containers")) return fragment;
    json& all = spec["containers"];
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const json& each) { return each["name"] != kSubmitterContainer; }),
              all.end());
    return fragment;
  }

  json pods(const std::string& cluster, bool is_job) const {
    json all = json::array(
        {pod_wish(ray_.head, cluster + "/headGroupSpec/template", kHeadContainer)});
    for (std::size_t i = 0; i < ray_.workers.size(); ++i) {
      const std::string path =
          cluster + "/workerGroupSpecs/" + std::to_string(i) + "/template";
      all.push_back(pod_wish(ray_.workers[i].group, path, kWorkerContainer));
      if (order_.asks_for_head) all.back()["like_main"] = json::array({kFindHeadContainer});
    }
    if (is_job) {
      all.push_back(json{{"group", kDriverRole},
                         {"template", "/spec/submitterPodTemplate"},
                         {"container", kSubmitterContainer}});
    }
    return all;
  }

  const RaySection& ray_;
  const RayUsual& usual_;
  const RayOrder& order_;
};

}  // namespace

std::vector<Group> groups_of_ray(const RaySection& ray, const RayUsual& usual) {
  const auto planned = [&](const Group& group, const json& own, std::string_view container) {
    return with_sidecars(group, fragment_for(container, ray.pod_template, own), container,
                         usual.gpu_resource);
  };
  std::vector<Group> all{planned(ray.head, ray.head_template, kHeadContainer)};
  for (const RayWorkers& each : ray.workers) {
    all.push_back(planned(each.group, each.pod_template, kWorkerContainer));
  }
  return all;
}

json render_ray_objects(const RaySection& ray, const RayUsual& usual, const RayOrder& order) {
  return Renderer(ray, usual, order).render();
}

}  // namespace berth
