#include "ray_section.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace berth {
namespace {

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

Group read_head(Section& ray, std::int64_t object_store_bytes) {
  std::optional<Section> section = ray.section(kHeadGroup);
  if (!section) {
    return {.name = std::string(kHeadGroup), .cpu_milli = kOneCpu, .memory_bytes = kOneGibibyte};
  }
  Group head = read_node(*section, std::string(kHeadGroup), object_store_bytes);
  section->refuse_others();
  return head;
}

Group read_workers(Section& section, std::int64_t object_store_bytes) {
  const std::string name = section.text("group", "workers");
  if (!is_label(name) || name == kHeadGroup || name == kDriverRole) {
    section.refuse("group", "\"" + name + "\" is no name for a group of workers",
                   "lowercase letters, digits and '-', but neither head nor driver");
  }
  Group group = read_node(section, name, object_store_bytes);
  group.count = section.whole("replicas", 1, 1, kMembersMax);
  const std::int64_t least = section.whole("min_replicas", group.count, 0, kMembersMax);
  if (least < group.count) {
    section.refuse("min_replicas", "must be replicas, which is " + std::to_string(group.count) +
                                       ", until there are elastic groups");
  }
  section.refuse_others();
  return group;
}

std::vector<Group> read_all_workers(Section& ray, std::int64_t object_store_bytes) {
  std::vector<Group> all;
  std::set<std::string> names;
  for (Section& section : ray.sections("workers")) {
    all.push_back(read_workers(section, object_store_bytes));
    if (!names.insert(all.back().name).second) {
      section.refuse("group", "\"" + all.back().name + "\" is there twice");
    }
  }
  return all;
}

}  // namespace

std::int64_t RaySection::worker_count() const {
  std::int64_t count = 0;
  for (const Group& group : workers) count += group.count;
  return count;
}

RaySection read_ray(std::string_view request, std::int64_t object_store_bytes, problems& found) {
  const auto whole = nlohmann::json::parse(request);
  const auto own = whole.find("ray");
  RaySection ray;
  if (own == whole.end() || !own->is_object()) {
    found.add("ray", "must be an object", "ray: {head: {cpu: 1}, workers: [{replicas: 2}]}");
    return ray;
  }
  Section section(*own, "ray", found);
  section.text("ray_version", "");  // these two choose what runs where there are images
  section.text("image", "");
  ray.entrypoint = section.text("entrypoint", "");
  ray.head = read_head(section, object_store_bytes);
  ray.workers = read_all_workers(section, object_store_bytes);
  section.refuse_others();
  return ray;
}

}  // namespace berth
