// What each pool has, and what others left free of it: worked out of nodes, pods and quotas.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "pool_settings.hpp"
#include "quantities.hpp"

namespace berth {

struct NodeFacts {
  std::map<std::string, std::string> labels;
  Amounts allocatable;
  bool is_usable = false;  // ready, not cordoned, and no taint that jobs do not tolerate

  friend bool operator==(const NodeFacts&, const NodeFacts&) = default;
};

struct PodFacts {
  std::string in_namespace;
  std::string node;  // "": not placed yet
  std::string pool;  // of this instance's pods; "": somebody else's
  Amounts requests;

  friend bool operator==(const PodFacts&, const PodFacts&) = default;
};

// One ResourceQuota: what it bounds, and what is used of that by anybody.
struct QuotaFacts {
  std::string in_namespace;
  std::optional<std::int64_t> cpu_milli, memory_bytes, gpu_milli;  // hard
  Amounts used;

  friend bool operator==(const QuotaFacts&, const QuotaFacts&) = default;
};

struct NamespaceFacts {
  std::map<std::string, std::string> annotations;  // Berth's own
  bool is_going = false;

  friend bool operator==(const NamespaceFacts&, const NamespaceFacts&) = default;
};

NodeFacts node_facts(const nlohmann::json& node, const SiteDefaults& site);
// None of one that has ended: it takes nothing.
std::optional<PodFacts> pod_facts(const nlohmann::json& pod, const SiteDefaults& site,
                                  const std::string& pool);
// None of one that bounds only some pods (scopes), or nothing that Berth counts.
std::optional<QuotaFacts> quota_facts(const nlohmann::json& quota, const SiteDefaults& site);
NamespaceFacts namespace_facts(const nlohmann::json& object);

struct ClusterFacts {
  std::map<std::string, NodeFacts> nodes;            // by name
  std::map<std::string, PodFacts> pods;              // by uid
  std::map<std::string, QuotaFacts> quotas;          // by namespace/name
  std::map<std::string, NamespaceFacts> namespaces;  // by name
  bool can_see_nodes = true;
};

// The site's pools, and those that namespaces declare by annotation. [any]
std::vector<PlacedPool> all_pools(const std::vector<PlacedPool>& of_site,
                                  const std::string& cluster,
                                  const std::map<std::string, NamespaceFacts>& namespaces);

// The backend's answer to `pools`: {"pools": [...]}. [any]
nlohmann::json pools_json(const std::vector<PlacedPool>& pools, const ClusterFacts& facts,
                          const SiteDefaults& site);

}  // namespace berth
