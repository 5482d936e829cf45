#include "kubernetes/manifest.hpp"

#include <algorithm>

#include "kubernetes/rendering.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;

// Written by API servers; an object that is new has none of it.
constexpr const char* kOfTheServer[] = {"uid",           "resourceVersion",   "generation",
                                        "managedFields", "creationTimestamp", "selfLink"};

bool is_index(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char letter) {
    return letter >= '0' && letter <= '9';
  });
}

std::string unescaped(std::string word) {
  for (const auto& [from, to] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}}) {
    for (std::size_t at = word.find(from); at != std::string::npos; at = word.find(from, at + 1)) {
      word.replace(at, 2, to);
    }
  }
  return word;
}

// The path of a quantity, as a pointer: "containers[0].resources.cpu".
std::string pointer_of(const std::string& path) {
  std::string pointer = "/";
  for (const char letter : path) {
    if (letter == '.' || letter == '[') pointer += '/';
    else if (letter != ']') pointer += letter;
  }
  return pointer;
}

}  // namespace

std::string path_of_pointer(const std::string& pointer) {
  std::string path = "manifest";
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    const std::string word = unescaped(pointer.substr(at + 1, end - at - 1));
    path += is_index(word) ? '[' + word + ']' : '.' + word;
    at = end;
  }
  return path;
}

Manifest::Manifest(json object, problems& found) : object_(std::move(object)), problems_(&found) {}

std::string Manifest::kind() const { return text("/kind"); }

const json& Manifest::at(const std::string& pointer) const {
  return value_at(object_, pointer);
}

std::string Manifest::text(const std::string& pointer, std::string_view fallback) const {
  const json& value = at(pointer);
  return value.is_string() ? value.get<std::string>() : std::string(fallback);
}

std::int64_t Manifest::whole(const std::string& pointer, std::int64_t fallback) {
  const json& value = at(pointer);
  if (value.is_null()) return fallback;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  refuse(pointer, std::string("must be a whole number, is ") + value.type_name());
  return fallback;
}

bool Manifest::is_true(const std::string& pointer) const {
  const json& value = at(pointer);
  return value.is_boolean() && value.get<bool>();
}

const json& Manifest::list(const std::string& pointer) const {
  static const json kNone = json::array();
  const json& value = at(pointer);
  return value.is_array() ? value : kNone;
}

void Manifest::refuse(const std::string& pointer, std::string message, std::string hint) {
  problems_->add(path_of_pointer(pointer), std::move(message), std::move(hint));
}

void Manifest::note(const std::string& pointer, std::string message) {
  problems_->note(path_of_pointer(pointer), std::move(message));
}

void Manifest::set(const std::string& pointer, json value, const std::string& why) {
  if (at(pointer) == value) return;
  note(pointer, "is " + value.dump() + " now: " + why);
  object_[json::json_pointer(pointer)] = std::move(value);
}

void Manifest::write_out(const std::string& pointer, json value) {
  object_[json::json_pointer(pointer)] = std::move(value);
}

void Manifest::remove(const std::string& pointer, const std::string& why) {
  const json::json_pointer path(pointer);
  if (!object_.contains(path)) return;
  note(pointer, "is left out: " + why);
  object_.at(path.parent_pointer()).erase(path.back());
}

bool Manifest::demand_object(const std::string& pointer) {
  const json& value = at(pointer);
  if (value.is_object()) return true;
  refuse(pointer, value.is_null() ? std::string("must be there")
                                  : std::string("must be an object, is ") + value.type_name());
  return false;
}

void Manifest::refuse_suspension(const std::string& pointer) {
  if (!is_true(pointer)) return;
  const json& labels = at("/metadata/labels");
  if (labels.is_object() && labels.contains(kube::kKueueQueueLabel)) return;  // Kueue resumes it
  refuse(pointer, "nobody would resume it: Berth starts a job when there is room",
         "leave it out; or hold the job by a label " + std::string(kube::kKueueQueueLabel));
}

kube::PodNeeds Manifest::needs_of_template(const std::string& pointer,
                                           const std::string& gpu_resource) {
  std::vector<kube::WrongQuantity> wrong;
  kube::PodNeeds needs = kube::pod_needs(at(pointer + "/spec"), gpu_resource, wrong);
  for (const kube::WrongQuantity& each : wrong) {
    refuse(pointer + "/spec" + pointer_of(each.path), "\"" + each.text + "\" is no quantity");
  }
  return needs;
}

bool has_manifest(const json& request) {
  const auto manifest = request.find("manifest");
  return manifest != request.end() && !manifest->is_null();
}

void check_metadata(Manifest& manifest) {
  const json& metadata = manifest.at("/metadata");
  if (metadata.is_null()) return;
  if (!manifest.demand_object("/metadata")) return;
  if (metadata.contains("namespace")) {
    manifest.note("/metadata/namespace", "is left out: the pool says where its jobs run");
  }
  if (metadata.contains("ownerReferences")) {
    manifest.refuse("/metadata/ownerReferences", "another object owns it, and would take it away",
                    "leave it out");
  }
  for (const char* member : {"annotations", "labels"}) {
    const std::string pointer = std::string("/metadata/") + member;
    if (!manifest.at(pointer).is_null()) manifest.demand_object(pointer);
  }
  if (metadata.contains("finalizers")) {
    manifest.refuse("/metadata/finalizers", "it could not be released", "leave it out");
  }
}

json with_identity(json object, const std::string& name, const json& request) {
  json& metadata = object["metadata"];
  if (!metadata.is_object()) metadata = json::object();
  std::string own;
  for (const char* member : {"generateName", "name"}) {
    const auto given = metadata.find(member);
    if (given != metadata.end() && given->is_string()) own = given->get<std::string>();
  }
  for (const char* member : {"name", "generateName", "namespace"}) metadata.erase(member);
  for (const char* member : kOfTheServer) metadata.erase(member);
  object.erase("status");
  metadata["name"] = name;
  metadata["annotations"][std::string(kube::kManifestNameAnnotation)] = own;
  const json labels_of_job = labels_of_request(request);
  for (const auto& [label, value] : labels_of_job.items()) {
    if (!metadata["labels"].contains(label)) metadata["labels"][label] = value;
  }
  return object;
}

Group group_of_needs(std::string name, std::int64_t count, const kube::PodNeeds& needs) {
  Group group{.name = std::move(name),
              .count = count,
              .cpu_milli = needs.cpu_milli,
              .memory_bytes = needs.memory_bytes,
              .gpu_milli = needs.gpu_milli};
  group.extra = needs.extra;
  return group;
}

}  // namespace berth
