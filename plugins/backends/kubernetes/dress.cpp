#include "dress.hpp"

#include <algorithm>

#include "kubernetes_objects/dns_name.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"
#include "kubernetes_objects/pod_template.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string as_text(std::string_view view) { return std::string(view); }

// Makes the object at a path, and those on the way there.
json& object_at(json& object, const std::string& path) {
  try {
    json& found = object[json::json_pointer(path)];
    if (found.is_null()) found = json::object();
    if (!found.is_object()) throw BadWorkload(path + " is no object");
    return found;
  } catch (const json::exception& error) {
    throw BadWorkload(path + " cannot be reached: " + error.what());
  }
}

json& object_in(json& object, const char* name, const std::string& path) {
  json& found = object[name];
  if (found.is_null()) found = json::object();
  if (!found.is_object()) throw BadWorkload(path + "/" + name + " is no object");
  return found;
}

json& list_in(json& object, const char* name, const std::string& path) {
  json& found = object[name];
  if (found.is_null()) found = json::array();
  if (!found.is_array()) throw BadWorkload(path + "/" + name + " is no list");
  return found;
}

json& list_at(json& object, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  return list_in(object_at(object, path.substr(0, slash)), name.c_str(), path.substr(0, slash));
}

json labels_of(const json& order, const Identity& identity) {
  const auto value = [&](const char* name) {
    return kube::as_label_value(text_field(order, name));
  };
  return {{as_text(kube::kManagedByLabel), as_text(kube::kManagedBy)},
          {as_text(kube::kInstanceLabel), identity.instance},
          {as_text(kube::kJobLabel), text_field(order, "job")},
          {as_text(kube::kAttemptLabel), std::to_string(number_field(order, "attempt"))},
          {as_text(kube::kProjectLabel), value("project")},
          {as_text(kube::kOwnerLabel), value("owner")},
          {as_text(kube::kPoolLabel), value("pool")}};
}

std::string main_group(const json& workload) {
  const std::string main = text_field(workload, "main");
  const json& pods = list_field(workload, "pods");
  return main.empty() && !pods.empty() ? text_field(pods.front(), "group") : main;
}

json annotations_of(const json& order, const Identity& identity) {
  const json& workload = field(order, "workload");
  json containers = json::object();
  for (const json& pod : list_field(workload, "pods"))
    containers[text_field(pod, "group")] = text_field(pod, "container");
  const json& endpoints = field(workload, "endpoints");
  return {{as_text(kube::kEpochAnnotation), std::to_string(identity.epoch)},
          {as_text(kube::kEndpointsAnnotation),
           text_of(endpoints.is_object() ? endpoints : json::object())},
          {as_text(kube::kMainAnnotation), main_group(workload)},
          {as_text(kube::kContainersAnnotation), text_of(containers)},
          {as_text(kube::kUserAnnotation), text_field(order, "user")}};
}

// Where an object says of one group of pods what every pod has: in a template, or, where there is
// none and none may be made, in fields of its own.
struct PodPaths {
  std::string labels, node_selector, tolerations, affinity;
};

PodPaths paths_of(const json& wish) {
  if (const json& own = field(wish, "fields"); own.is_object())
    return {text_field(own, "labels"), text_field(own, "node_selector"),
            text_field(own, "tolerations"), text_field(own, "affinity")};
  const std::string path = text_field(wish, "template");
  return {path + "/metadata/labels", path + "/spec/nodeSelector", path + "/spec/tolerations",
          path + "/spec/affinity"};
}

// What pods need of their node, step by step.
class PodDresser {
 public:
  PodDresser(json& object, const json& wish)
      : object_(object), paths_(paths_of(wish)), wish_(wish) {}

  void label(const json& labels) {
    json& all = object_at(object_, paths_.labels);
    all.update(labels);
    all[as_text(kube::kGroupLabel)] = kube::as_label_value(text_field(wish_, "group"));
  }

  void select_nodes(const Selector& nodes, const std::string& pool) {
    if (nodes.empty()) return;
    json& selector = object_at(object_, paths_.node_selector);
    for (const auto& [name, value] : nodes) {
      if (selector.contains(name) && selector[name] != value)
        throw BadWorkload(paths_.node_selector + ": " + name + " is \"" +
                          text_field(selector, std::string_view(name)) + "\", but nodes of pool " +
                          pool + " have \"" + value + "\"");
      selector[name] = value;
    }
  }

  void tolerate(const json& tolerations) {
    if (tolerations.empty()) return;
    json& all = list_at(object_, paths_.tolerations);
    for (const json& one : tolerations)
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  }

  // Terms are alternatives, so that each has to ask for the SKU.
  void ask_for_skus(const SiteDefaults& site) {
    json values = json::array();
    for (const json& sku : list_field(wish_, "skus"))
      for (const std::string& value : site.label_values_of(sku.get<std::string>()))
        values.push_back(value);
    if (values.empty()) return;
    const json wanted = {{"key", site.sku_label}, {"operator", "In"}, {"values", values}};
    const std::string path =
        paths_.affinity + "/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
    json& terms = list_in(object_at(object_, path), "nodeSelectorTerms", path);
    if (terms.empty()) terms.push_back(json::object());
    for (json& term : terms) list_in(term, "matchExpressions", path).push_back(wanted);
  }

 private:
  json& object_;
  const PodPaths paths_;
  const json& wish_;
};

// The site's template holds for every pod. Its container kEveryMain stands for the main one, whatever
// that is called, and for the init containers that are to be like it.
json template_of_site(json site, const json& wish, const json& own) {
  const json::json_pointer kContainers("/spec/containers");
  if (!site.contains(kContainers) || !site.at(kContainers).is_array()) return site;
  json usual, others = json::array();
  for (json& container : site.at(kContainers)) {
    if (text_field(container, "name") == kEveryMain) {
      usual = std::move(container);
    } else {
      others.push_back(std::move(container));
    }
  }
  const auto as = [&](const std::string& name) {
    usual["name"] = name;
    return usual;
  };
  if (usual.is_object()) {
    if (!text_field(wish, "container").empty())
      others.push_back(as(text_field(wish, "container")));
    for (const json& name : list_field(wish, "like_main")) {
      if (kube::find_container(own, "initContainers", name.get<std::string>()) != nullptr)
        site["spec"]["initContainers"].push_back(as(name.get<std::string>()));
    }
  }
  site.at(kContainers) = std::move(others);
  return site;
}

// The job's containers go first, as `kubectl logs` and people expect.
void put_own_first(json& merged, const json& own, const char* list) {
  const json::json_pointer path = json::json_pointer("/spec") / list;
  if (!merged.contains(path) || !own.contains(path) || !own.at(path).is_array()) return;
  json& all = merged.at(path);
  std::stable_partition(all.begin(), all.end(), [&](const json& container) {
    return kube::find_container(own, list, text_field(container, "name")) != nullptr;
  });
}

void fill_in(json& pod_template, const std::string& path, const json& wish,
             const SiteDefaults& site) {
  if (site.pod_template.is_object()) {
    json merged = kube::merge_pod_template(
        template_of_site(site.pod_template, wish, pod_template), pod_template);
    for (const char* list : {"containers", "initContainers"})
      put_own_first(merged, pod_template, list);
    pod_template = std::move(merged);
  }
  json& spec = object_in(pod_template, "spec", path);
  if (!site.service_account.empty() && text_field(spec, "serviceAccountName").empty())
    spec["serviceAccountName"] = site.service_account;
  if (site.image.empty()) return;
  for (const char* list : {"containers", "initContainers"}) {
    if (!spec.contains(list)) continue;
    for (json& container : list_in(spec, list, path + "/spec"))
      if (container.is_object() && !container.contains("image")) container["image"] = site.image;
  }
}

// A template without containers is none; Spark's then says only what its own are called.
void name_container(json& object, const json& wish) {
  const std::string path = text_field(wish, "template");
  json& pod_template = object_at(object, path);
  if (!pod_template.contains("spec")) return;
  json& containers = list_in(pod_template["spec"], "containers", path + "/spec");
  const std::string name = text_field(wish, "container");
  if (containers.empty() && !name.empty()) containers.push_back({{"name", name}});
}

void dress_pods(json& object, const json& wish, const json& labels, const PlacedPool& pool,
                const SiteDefaults& site, bool is_kept) {
  const bool has_template = !field(wish, "fields").is_object();
  if (has_template && !is_kept) {
    const std::string path = text_field(wish, "template");
    fill_in(object_at(object, path), path, wish, site);
  }
  PodDresser dresser(object, wish);
  dresser.label(labels);
  dresser.select_nodes(site.node_selector, pool.name);
  dresser.select_nodes(pool.nodes, pool.name);
  dresser.tolerate(site.tolerations);
  dresser.ask_for_skus(site);
  if (has_template) name_container(object, wish);
}

// Where a kind has one image for all its pods, the workload says so by "image".
void fill_in_image(json& object, const std::string& path, const std::string& image) {
  if (path.empty() || image.empty()) return;
  const std::size_t slash = path.rfind('/');
  json& parent = object_at(object, path.substr(0, slash));
  if (!parent.contains(path.substr(slash + 1))) parent[path.substr(slash + 1)] = image;
}

json dress_secret(const json& secret, const json& labels, const json& annotations,
                  const PlacedPool& pool) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata",
           {{"name", text_field(secret, "name")},
            {"namespace", pool.in_namespace},
            {"labels", labels},
            {"annotations",
             {{as_text(kube::kEpochAnnotation), annotations[as_text(kube::kEpochAnnotation)]}}}}},
          {"type", "Opaque"},
          {"stringData", field(secret, "data")}};
}

}  // namespace

DressedWorkload dress(const json& order, const Identity& identity, const PlacedPool& pool,
                      const SiteDefaults& site) {
  const json& workload = field(order, "workload");
  DressedWorkload dressed{.object = field(workload, "object")};
  json& object = dressed.object;
  if (text_field(object, "apiVersion").empty() || text_field(object, "kind").empty())
    throw BadWorkload("the workload has no object with apiVersion and kind");
  const json labels = labels_of(order, identity);
  const json annotations = annotations_of(order, identity);
  json& metadata = object_in(object, "metadata", "");
  metadata["name"] = text_field(order, "name");
  metadata["namespace"] = pool.in_namespace;
  object_in(metadata, "labels", "/metadata").update(labels);
  object_in(metadata, "annotations", "/metadata").update(annotations);
  const bool is_kept = truth_field(workload, "kept_manifest");
  if (!is_kept) fill_in_image(object, text_field(workload, "image"), site.image);
  for (const json& pod : list_field(workload, "pods"))
    dress_pods(object, pod, labels, pool, site, is_kept);
  for (const json& secret : list_field(workload, "secrets"))
    dressed.secrets.push_back(dress_secret(secret, labels, annotations, pool));
  return dressed;
}

}  // namespace berth
