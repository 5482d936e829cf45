#include "kubernetes_objects/pod_template.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace berth::kube {
namespace {

using nlohmann::json;

enum class Meeting { kMerged, kReplaced };

// How the items of a list are told apart, and what becomes of two that are the same.
struct ListRule {
  std::string_view list;
  const char* key;
  Meeting meeting;
};

// A volume has one source, a variable a value or a place to take it from: merging would leave two.
constexpr ListRule kListRules[] = {
    {"containers", "name", Meeting::kMerged},
    {"initContainers", "name", Meeting::kMerged},
    {"ports", "containerPort", Meeting::kMerged},
    {"volumes", "name", Meeting::kReplaced},
    {"env", "name", Meeting::kReplaced},
    {"imagePullSecrets", "name", Meeting::kReplaced},
    {"resourceClaims", "name", Meeting::kReplaced},
    {"volumeMounts", "mountPath", Meeting::kReplaced},
    {"volumeDevices", "devicePath", Meeting::kReplaced},
    {"hostAliases", "ip", Meeting::kReplaced},
};

const ListRule* rule_of(std::string_view list) {
  const auto rule = std::find_if(std::begin(kListRules), std::end(kListRules),
                                 [&](const ListRule& each) { return each.list == list; });
  return rule == std::end(kListRules) ? nullptr : &*rule;
}

bool is_list_of_objects(const json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_object(); });
}

void append_once(json& list, const json& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

json* find_by(json& list, const char* key, const json& item) {
  const auto wanted = item.find(key);
  if (wanted == item.end()) return nullptr;
  const auto found = std::find_if(list.begin(), list.end(), [&](const json& each) {
    const auto own = each.find(key);
    return own != each.end() && *own == *wanted;
  });
  return found == list.end() ? nullptr : &*found;
}

void merge_list(std::string_view name, json& base, const json& over) {
  const ListRule* rule = rule_of(name);
  for (const json& item : over) {
    json* same = rule == nullptr ? nullptr : find_by(base, rule->key, item);
    if (same == nullptr) {
      append_once(base, item);
    } else {
      *same = rule->meeting == Meeting::kMerged ? merge_pod_template(*same, item) : item;
    }
  }
}

void merge_member(const std::string& name, json& base, const json& over) {
  const auto own = base.find(name);
  if (over.is_null()) {
    base.erase(name);
  } else if (own != base.end() && own->is_object() && over.is_object()) {
    *own = merge_pod_template(*own, over);
  } else if (own != base.end() && is_list_of_objects(*own) && is_list_of_objects(over)) {
    merge_list(name, *own, over);
  } else {
    base[name] = over;
  }
}

template <typename Json>
Json* container_of(Json& pod_template, const char* list, std::string_view name) {
  const json::json_pointer path = json::json_pointer("/spec") / list;
  if (!pod_template.contains(path) || !pod_template.at(path).is_array()) return nullptr;
  for (auto& container : pod_template.at(path)) {
    if (container.is_object() && container.value("name", "") == name) return &container;
  }
  return nullptr;
}

}  // namespace

json merge_pod_template(const json& base, const json& over) {
  if (!base.is_object() || !over.is_object()) return over.is_null() ? base : over;
  json merged = base;
  for (const auto& [name, value] : over.items()) merge_member(name, merged, value);
  return merged;
}

const json* find_container(const json& pod_template, std::string_view name) {
  return container_of(pod_template, "containers", name);
}

json* find_container(json& pod_template, std::string_view name) {
  return container_of(pod_template, "containers", name);
}

const json* find_container(const json& pod_template, const char* list, std::string_view name) {
  return container_of(pod_template, list, name);
}

}  // namespace berth::kube
