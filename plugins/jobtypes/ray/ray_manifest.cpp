#include "ray_manifest.hpp"

#include <algorithm>
#include <set>

#include "kubernetes/manifest.hpp"
#include "kubernetes/rendering.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"
#include "ray_section.hpp"
#include "section/quantity_text.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::string_view kJobKind = "RayJob";

// What KubeRay adds by itself: the container that submits, and the autoscaler beside the head.
const kube::PodNeeds kSubmitterNeeds{.cpu_milli = 500, .memory_bytes = 200 << 20};
const kube::PodNeeds kAutoscalerNeeds{.cpu_milli = 500, .memory_bytes = 512 << 20};

constexpr const char* kUnseen = "Berth has to see how the job ends, and retries it itself";
constexpr const char* kReleased = "Berth takes everything away when the job is over";

class Reader {
 public:
  Reader(const json& request, const std::string& gpu_resource, problems& found)
      : manifest_(request.at("manifest"), found), gpu_resource_(gpu_resource) {}

  RayManifest read() {
    const bool is_job = manifest_.kind() == kJobKind;
    if (!is_job && manifest_.kind() != "RayCluster") {
      manifest_.refuse("/kind", "\"" + manifest_.kind() + "\" is no Ray that Berth runs",
                       "RayCluster or RayJob");
    }
    check_metadata(manifest_);
    if (!manifest_.demand_object("/spec")) return {};
    manifest_.refuse_suspension("/spec/suspend");
    refuse_other_manager("/spec/managedBy");
    if (is_job) read_job();
    read_cluster(is_job ? "/spec/rayClusterSpec" : "/spec");
    if (is_job) read_submitter();
    found_.object = manifest_.object();
    return std::move(found_);
  }

 private:
  void refuse_other_manager(const std::string& path) {
    const std::string manager = manifest_.text(path, "ray.io/kuberay-operator");
    if (manager == "ray.io/kuberay-operator") return;
    manifest_.refuse(path, "\"" + manager + "\" would take it elsewhere; Berth chooses the cluster",
                     "leave it out");
  }

  // ---- a job's own fields

  void read_job() {
    if (!manifest_.at("/spec/clusterSelector").is_null()) {
      manifest_.refuse("/spec/clusterSelector", "would run on a cluster that is another job's",
                       "rayClusterSpec: a cluster of its own");
    }
    if (manifest_.text("/spec/submissionMode") == "InteractiveMode") {
      manifest_.refuse("/spec/submissionMode", "nobody would submit its job",
                       "K8sJobMode, or kind: RayCluster for clients that connect");
    }
    if (manifest_.whole("/spec/backoffLimit", 0) != 0) {
      manifest_.set("/spec/backoffLimit", 0, kUnseen);
    }
    keep_until_released();
  }

  // Kueue may only suspend a job that ends its cluster.
  void keep_until_released() {
    const json& labels = manifest_.at("/metadata/labels");
    const bool is_queued = labels.is_object() && labels.contains(kube::kKueueQueueLabel);
    manifest_.remove("/spec/deletionStrategy", kReleased);
    if (!is_queued) {
      if (manifest_.is_true("/spec/shutdownAfterJobFinishes")) {
        manifest_.set("/spec/shutdownAfterJobFinishes", false, kReleased);
      }
      manifest_.remove("/spec/ttlSecondsAfterFinished", kReleased);
    }
  }

  // In which pod the job's driver is followed, and what that takes.
  void read_submitter() {
    const std::string mode = manifest_.text("/spec/submissionMode", "K8sJobMode");
    if (mode == "SidecarMode" && !found_.groups.empty()) {
      add(found_.groups.front(), kSubmitterNeeds);
    }
    if (mode != "K8sJobMode") return;
    const std::string path = "/spec/submitterPodTemplate";
    const bool is_own = manifest_.at(path).is_object();
    const kube::PodNeeds needs =
        is_own ? manifest_.needs_of_template(path, gpu_resource_) : kSubmitterNeeds;
    found_.groups.push_back(group_of_needs(std::string(kDriverRole), 1, needs));
    found_.has_submitter = true;
    if (!is_own) give_submitter_a_template(path);
    add_pods(found_.groups.back(), path, kSubmitterContainer);
  }

  // KubeRay's own, written out, so that the pod can be labelled.
  void give_submitter_a_template(const std::string& path) {
    const json& image =
        manifest_.at("/spec/rayClusterSpec/headGroupSpec/template/spec/containers/0/image");
    json container = {{"name", kSubmitterContainer},
                      {"resources", json::parse(R"({"requests": {"cpu": "500m", "memory": "200Mi"},
                                                    "limits": {"cpu": "1", "memory": "1Gi"}})")}};
    if (image.is_string()) container["image"] = image;
    manifest_.write_out(
        path,
        {{"spec", {{"restartPolicy", "Never"}, {"containers", json::array({container})}}}});
  }

  // ---- the cluster

  void read_cluster(const std::string& spec) {
    if (!manifest_.demand_object(spec)) return;
    if (spec != "/spec") manifest_.refuse_suspension(spec + "/suspend");
    if (spec != "/spec") refuse_other_manager(spec + "/managedBy");
    note_open_door(spec);
    read_head(spec);
    const json& groups = manifest_.list(spec + "/workerGroupSpecs");
    for (std::size_t i = 0; i < groups.size(); ++i) {
      read_workers(spec, spec + "/workerGroupSpecs/" + std::to_string(i));
    }
  }

  void note_open_door(const std::string& spec) {
    if (manifest_.text(spec + "/authOptions/mode") == "token") return;
    manifest_.note(spec + "/authOptions",
                   "does not ask for a token: whoever reaches the cluster's ports runs code there");
  }

  kube::PodNeeds needs_of_pods(const std::string& path) {
    const json& containers = manifest_.at(path + "/spec/containers");
    if (!containers.is_array() || containers.empty()) {
      manifest_.refuse(path + "/spec/containers", "must have a container: the first runs Ray");
    }
    return manifest_.needs_of_template(path, gpu_resource_);
  }

  void read_head(const std::string& spec) {
    const std::string path = spec + "/headGroupSpec/template";
    if (!manifest_.demand_object(spec + "/headGroupSpec") || !manifest_.demand_object(path)) return;
    kube::PodNeeds needs = needs_of_pods(path);
    if (manifest_.is_true(spec + "/enableInTreeAutoscaling")) needs += autoscaler_needs(spec);
    found_.groups.push_back(group_of_needs(std::string(kHeadGroup), 1, needs));
    add_pods(found_.groups.back(), path, kHeadContainer);
  }

  kube::PodNeeds autoscaler_needs(const std::string& spec) {
    const json& options = manifest_.at(spec + "/autoscalerOptions");
    if (!options.is_object() || !options.contains("resources")) return kAutoscalerNeeds;
    std::vector<kube::WrongQuantity> wrong;
    kube::PodNeeds needs = kube::container_needs(options, gpu_resource_, "", wrong);
    for (const kube::WrongQuantity& each : wrong) {
      manifest_.refuse(spec + "/autoscalerOptions/resources",
                       "\"" + each.text + "\" is no quantity");
    }
    return needs;
  }

  void read_workers(const std::string& spec, const std::string& path) {
    const std::string name = manifest_.text(path + "/groupName");
    if (!is_new_name(path, name) || !manifest_.demand_object(path + "/template")) return;
    if (manifest_.is_true(path + "/suspend")) {
      manifest_.refuse(path + "/suspend", "nobody would resume it", "leave it out");
    }
    const std::int64_t hosts = std::max<std::int64_t>(1, manifest_.whole(path + "/numOfHosts", 1));
    const std::int64_t count = replicas(spec, path) * hosts;
    const Group group = group_of_needs(name, count, needs_of_pods(path + "/template"));
    add_pods(group, path + "/template", kWorkerContainer);
    if (count > kMembersMax) {
      manifest_.refuse(path + "/replicas", "makes " + std::to_string(count) +
                                               " pods; the most is " + std::to_string(kMembersMax));
    } else if (count > 0) {
      found_.groups.push_back(group);
    }
  }

  bool is_new_name(const std::string& path, const std::string& name) {
    const bool is_ours = name == kHeadGroup || name == kDriverRole;
    if (name.empty() || is_ours) {
      manifest_.refuse(path + "/groupName", "\"" + name + "\" is no name for a group of workers",
                       "neither head nor driver");
    } else if (!names_.insert(name).second) {
      manifest_.refuse(path + "/groupName", "\"" + name + "\" is there twice");
    } else {
      return true;
    }
    return false;
  }

  // As many as KubeRay starts with.
  std::int64_t replicas(const std::string& spec, const std::string& path) {
    const std::int64_t least = manifest_.whole(path + "/minReplicas", 0);
    const std::int64_t most = manifest_.whole(path + "/maxReplicas", INT32_MAX);
    const std::int64_t wanted = manifest_.whole(path + "/replicas", least);
    if (least > most || least < 0) {
      manifest_.refuse(path + "/minReplicas", "must be 0 to maxReplicas, which is " +
                                                  std::to_string(most));
      return least;
    }
    if (manifest_.is_true(spec + "/enableInTreeAutoscaling") && least != most) {
      manifest_.refuse(path + "/maxReplicas",
                       "must be minReplicas, which is " + std::to_string(least) +
                           ", until there are elastic groups",
                       "the same number for both, or enableInTreeAutoscaling: false");
    }
    return std::clamp(wanted, least, most);
  }

  // ---- what comes of it

  void add_pods(const Group& group, const std::string& path, std::string_view usual) {
    found_.pods.push_back(
        pod_wish(group, path, manifest_.text(path + "/spec/containers/0/name", usual)));
  }

  static void add(Group& group, const kube::PodNeeds& needs) {
    group.cpu_milli += needs.cpu_milli;
    group.memory_bytes += needs.memory_bytes;
  }

  Manifest manifest_;
  const std::string& gpu_resource_;
  RayManifest found_;
  std::set<std::string> names_;
};

// Ray says where it listens by `rayStartParams`.
std::int64_t port_of(const json& parameters, const char* name, std::int64_t usual) {
  return parse_quantity(text_field(parameters, name), 1).value_or(usual);
}

json endpoints_of(const json& object) {
  const std::string cluster = object.at("kind") == kJobKind ? "/spec/rayClusterSpec" : "/spec";
  const json& parameters = value_at(object, cluster + "/headGroupSpec/rayStartParams");
  const auto at_head = [&](const char* name, std::int64_t usual) {
    return json{{"group", kHeadGroup}, {"port", port_of(parameters, name, usual)}};
  };
  return {{"gcs", at_head("port", 6379)},
          {"dashboard", at_head("dashboard-port", 8265)},
          {"client", at_head("ray-client-server-port", 10001)}};
}

}  // namespace

RayManifest read_ray_manifest(const json& request, const std::string& gpu_resource,
                              problems& found) {
  if (request.contains("ray") && !request.at("ray").is_null()) {
    found.add("ray", "a manifest is there as well", "one of the two");
  }
  return Reader(request, gpu_resource, found).read();
}

json render_ray_manifest(const RayManifest& manifest, const std::string& name,
                         const json& request) {
  return {{"object", with_identity(manifest.object, name, request)},
          {"secrets", json::array()},
          {"pods", manifest.pods},
          {"main", manifest.has_submitter ? kDriverRole : kHeadGroup},
          {"endpoints", endpoints_of(manifest.object)},
          {"kept_manifest", true}};
}

}  // namespace berth
