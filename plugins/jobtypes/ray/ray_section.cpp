#include "ray_section.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "kubernetes/pod_fragment.hpp"
#include "ray_version.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kGroupNameMax = 40;
constexpr std::int64_t kOneGpu = 1000;

// Part of pod names on Kubernetes: a DNS label.
bool is_label(std::string_view name) {
  const auto is_allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  return !name.empty() && name.size() <= kGroupNameMax && name.front() != '-' &&
         name.back() != '-' && std::all_of(name.begin(), name.end(), is_allowed);
}

Group read_node(Section& section, std::string name, std::int64_t object_store_bytes) {
  Group group = read_needs(section, std::move(name));
  if (group.gpu_milli % kOneGpu != 0) {
    section.refuse("gpu", "must be a whole number: Ray's nodes have whole GPUs");
  }
  if (group.memory_bytes <= object_store_bytes) {
    section.refuse("memory", "must be more than the " + std::to_string(object_store_bytes) +
                                 " bytes of the node's object store");
  }
  return group;
}

void read_head(Section& section, const RayUsual& usual, RaySection& ray) {
  ray.head = read_node(section, std::string(kHeadGroup), usual.object_store_bytes);
  ray.head_template = read_pod_fragment(section, {{kHeadContainer}}, usual.gpu_resource);
  section.refuse_others();
}

// A section that is not there is read like an empty one.
void read_head_or_default(Section& section, const RayUsual& usual, problems& found,
                          RaySection& ray) {
  static const json kEmpty = json::object();
  std::optional<Section> head = section.section(kHeadGroup);
  Section fallback(kEmpty, section.path_of(kHeadGroup), found);
  read_head(head ? *head : fallback, usual, ray);
}

RayWorkers read_workers(Section& section, const RayUsual& usual) {
  const std::string name = section.text("group", "workers");
  if (!is_label(name) || name == kHeadGroup || name == kDriverRole) {
    section.refuse("group", "\"" + name + "\" is no name for a group of workers",
                   "lowercase letters, digits and '-', but neither head nor driver");
  }
  RayWorkers workers{.group = read_node(section, name, usual.object_store_bytes)};
  Group& group = workers.group;
  group.count = section.whole("replicas", 1, 1, kMembersMax);
  const std::int64_t least = section.whole("min_replicas", group.count, 0, kMembersMax);
  if (least < group.count) {
    section.refuse("min_replicas", "must be replicas, which is " + std::to_string(group.count) +
                                       ", until there are elastic groups");
  }
  workers.pod_template = read_pod_fragment(section, {{kWorkerContainer}}, usual.gpu_resource);
  section.refuse_others();
  return workers;
}

std::vector<RayWorkers> read_all_workers(Section& ray, const RayUsual& usual) {
  std::vector<RayWorkers> all;
  std::set<std::string> names;
  for (Section& section : ray.sections("workers")) {
    all.push_back(read_workers(section, usual));
    const std::string& name = all.back().group.name;
    if (!names.insert(name).second) section.refuse("group", "\"" + name + "\" is there twice");
  }
  return all;
}

// Older ones cannot be closed to strangers.
void read_version(Section& section, RaySection& ray) {
  ray.version = section.text("ray_version", "");
  ray.image = section.text("image", "");
  if (!ray.version.empty()) {
    const std::string why = why_not_this_ray(ray.version);
    if (!why.empty()) section.refuse("ray_version", why);
  } else if (const std::string tagged = ray_version_of_image(ray.image); !tagged.empty()) {
    const std::string why = why_not_this_ray(tagged);
    if (!why.empty()) section.refuse("image", why, "ray_version, if its tag says otherwise");
  }
}

// Processes have no pods.
void note_fragments(const RaySection& ray, problems& found) {
  bool has_any = !ray.pod_template.empty() || !ray.head_template.empty();
  for (const RayWorkers& workers : ray.workers) has_any = has_any || !workers.pod_template.empty();
  if (has_any) found.note("ray.pod_template", "is for pods: where jobs are processes, it does nothing");
}

}  // namespace

std::string whole_units(std::int64_t milli) { return std::to_string((milli + 999) / 1000); }

std::int64_t RaySection::worker_count() const {
  std::int64_t count = 0;
  for (const RayWorkers& each : workers) count += each.group.count;
  return count;
}

RaySection read_ray(std::string_view request, const RayUsual& usual, problems& found) {
  const auto whole = json::parse(request);
  const auto own = whole.find("ray");
  RaySection ray;
  if (own == whole.end() || !own->is_object()) {
    found.add("ray", "must be an object", "ray: {head: {cpu: 1}, workers: [{replicas: 2}]}");
    return ray;
  }
  Section section(*own, "ray", found);
  read_version(section, ray);
  ray.entrypoint = section.text("entrypoint", "");
  ray.pod_template = read_pod_fragment(section, kRayContainers, usual.gpu_resource);
  read_head_or_default(section, usual, found, ray);
  ray.workers = read_all_workers(section, usual);
  section.refuse_others();
  note_fragments(ray, found);
  return ray;
}

}  // namespace berth
