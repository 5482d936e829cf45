#include "kubernetes/pod_fragment.hpp"

#include <algorithm>

#include "kubernetes/rendering.hpp"
#include "kubernetes_objects/pod_needs.hpp"
#include "kubernetes_objects/pod_template.hpp"
#include "section/nearest_name.hpp"

namespace berth {
namespace {

using nlohmann::json;

bool is_among(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class FragmentReader {
 public:
  FragmentReader(std::string path, std::span<const std::string_view> containers,
                 std::string_view gpu_resource, problems& found)
      : path_(std::move(path)),
        containers_(containers),
        gpu_resource_(gpu_resource),
        problems_(&found) {}

  void check(const json& fragment) {
    check_members(fragment, "", {"metadata", "spec"});
    if (const json* metadata = object(fragment, "", "metadata")) {
      check_members(*metadata, ".metadata", {"labels", "annotations"});
    }
    if (const json* spec = object(fragment, "", "spec")) check_spec(*spec);
  }

 private:
  void refuse(const std::string& at, std::string message, std::string hint = {}) {
    problems_->add(path_ + at, std::move(message), std::move(hint));
  }

  const json* object(const json& within, const std::string& at, const char* name) {
    const auto value = within.find(name);
    if (value == within.end() || value->is_null()) return nullptr;
    if (value->is_object()) return &*value;
    refuse(at + '.' + name, std::string("must be an object, is ") + value->type_name());
    return nullptr;
  }

  void check_members(const json& object, const std::string& at,
                     const std::vector<std::string>& known) {
    for (const auto& [name, value] : object.items()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const auto meant = nearest_name(name, known);
      refuse(at + '.' + name, "is not for a job to set",
             meant ? "nearest: \"" + *meant + "\"" : std::string());
    }
  }

  void check_spec(const json& spec) {
    if (spec.contains("nodeName")) {
      refuse(".spec.nodeName", "is for the scheduler to say", "nodeSelector");
    }
    if (spec.contains("restartPolicy")) {
      refuse(".spec.restartPolicy", "follows from the job: what failed is told to Berth",
             "retry: {limit: 2, on: [NodeLost]}");
    }
    for (const char* list : {"containers", "initContainers"}) {
      if (spec.contains(list)) check_containers(spec.at(list), list);
    }
    std::vector<kube::WrongQuantity> wrong;
    kube::pod_needs(spec, gpu_resource_, wrong);
    for (const kube::WrongQuantity& each : wrong) {
      refuse(".spec." + each.path, "\"" + each.text + "\" is no quantity");
    }
  }

  void check_containers(const json& list, const std::string& name) {
    const std::string at = ".spec." + name;
    if (!list.is_array()) {
      refuse(at, std::string("must be a list, is ") + list.type_name());
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string here = at + '[' + std::to_string(i) + ']';
      if (!list[i].is_object() || !list[i].contains("name") || !list[i]["name"].is_string()) {
        refuse(here, "must be a container with a name",
               "{name: " + std::string(containers_.front()) + ", ...}");
      } else if (is_among(list[i]["name"].get_ref<const std::string&>(), containers_)) {
        check_amounts(list[i], here);
      }
    }
  }

  void check_amounts(const json& container, const std::string& at) {
    const json* resources = object(container, at, "resources");
    if (resources == nullptr) return;
    for (const char* which : {"requests", "limits"}) {
      const json* amounts = object(*resources, at + ".resources", which);
      if (amounts == nullptr) continue;
      for (const std::string& name : {std::string("cpu"), std::string("memory"),
                                      std::string(gpu_resource_)}) {
        if (!amounts->contains(name)) continue;
        refuse(at + ".resources." + which + '.' + name, "follows from the job's own fields",
               "cpu, memory and gpu");
      }
    }
  }

  std::string path_;
  std::span<const std::string_view> containers_;
  std::string_view gpu_resource_;
  problems* problems_;
};

}  // namespace

json read_pod_fragment(Section& section, std::span<const std::string_view> containers,
                       std::string_view gpu_resource) {
  const json* fragment = section.object("pod_template");
  if (fragment == nullptr) return json::object();
  FragmentReader(section.path_of("pod_template"), containers, gpu_resource, section.found())
      .check(*fragment);
  return *fragment;
}

json fragment_without_others(json fragment, std::string_view own,
                             std::span<const std::string_view> containers) {
  static const json::json_pointer kContainers("/spec/containers");
  if (!fragment.contains(kContainers)) return fragment;
  json& all = fragment.at(kContainers);
  const auto is_another = [&](const json& each) {
    const std::string name = each.value("name", "");
    return name != own && is_among(name, containers);
  };
  all.erase(std::remove_if(all.begin(), all.end(), is_another), all.end());
  return fragment;
}

Group with_sidecars(Group group, const json& fragment, std::string_view container,
                    const std::string& gpu_resource) {
  const auto spec = fragment.find("spec");
  if (spec == fragment.end()) return group;
  const json own = {{"containers",
                     {{{"name", container}, {"resources", exact_resources(group, gpu_resource)}}}}};
  std::vector<kube::WrongQuantity> wrong;
  kube::PodNeeds needs = kube::pod_needs(kube::merge_pod_template(own, *spec), gpu_resource, wrong);
  group.cpu_milli = needs.cpu_milli;
  group.memory_bytes = needs.memory_bytes;
  group.gpu_milli = needs.gpu_milli;
  group.extra = std::move(needs.extra);
  return group;
}

}  // namespace berth
