#include "pod_choice.hpp"

#include <algorithm>
#include <tuple>

#include "dress.hpp"
#include "kubernetes_objects/dns_name.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string annotation(const WorkloadTable::Attempt& attempt, std::string_view name) {
  return text_field(attempt.picture.object(), "annotations", name);
}

json read_annotation(const WorkloadTable::Attempt& attempt, std::string_view name) {
  return json::parse(annotation(attempt, name), nullptr, /*allow_exceptions=*/false);
}

}  // namespace

std::string group_of(const WorkloadTable::Attempt& attempt, const std::string& role) {
  return role.empty() ? annotation(attempt, kube::kMainAnnotation) : role;
}

const json* nth_pod(const WorkloadTable::Attempt& attempt, const std::string& group,
                    std::int64_t replica) {
  std::vector<const json*> pods;
  const std::string label = kube::as_label_value(group);
  for (const auto& [name, pod] : attempt.picture.pods())
    if (group.empty() || text_field(pod, "group") == label) pods.push_back(&pod);
  std::sort(pods.begin(), pods.end(), [](const json* a, const json* b) {
    return std::tuple(number_field(*a, "created_ms"), text_field(*a, "name")) <
           std::tuple(number_field(*b, "created_ms"), text_field(*b, "name"));
  });
  const bool is_there = replica >= 0 && static_cast<std::size_t>(replica) < pods.size();
  return is_there ? pods[static_cast<std::size_t>(replica)] : nullptr;
}

std::string main_container(const WorkloadTable::Attempt& attempt, const json& pod) {
  const json named = read_annotation(attempt, kube::kContainersAnnotation);
  if (named.is_object()) {
    for (const auto& [group, container] : named.items())
      if (kube::as_label_value(group) == text_field(pod, "group") && container.is_string() &&
          !container.get<std::string>().empty())
        return container;
  }
  for (const json& container : list_field(pod, "containers"))
    if (!truth_field(container, "init")) return text_field(container, "name");
  return {};
}

EndpointPlace find_endpoint(const WorkloadTable::Attempt& attempt, const std::string& endpoint) {
  const json all = read_annotation(attempt, kube::kEndpointsAnnotation);
  const json& wanted = field(all, std::string_view(endpoint));
  if (!wanted.is_object()) return {.why_not = "it has no endpoint \"" + endpoint + "\""};
  const std::string group = text_field(wanted, "group");
  for (std::int64_t i = 0;; ++i) {
    const json* pod = nth_pod(attempt, group, i);
    if (pod == nullptr) return {.why_not = "no pod of group " + group + " runs"};
    if (text_field(*pod, "phase") != "Running" || truth_field(*pod, "deleting")) continue;
    return {.place = PodPort{attempt.ref.in_namespace, text_field(*pod, "name"),
                             number_field(wanted, "port")}};
  }
}

}  // namespace berth
