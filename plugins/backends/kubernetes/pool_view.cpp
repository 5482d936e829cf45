#include "pool_view.hpp"

#include <algorithm>

#include "attempt_identity.hpp"
#include "kubernetes_objects/dns_name.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/pod_needs.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::string_view kOwn = "berth.dev/";
constexpr std::string_view kOwner = "berth.dev/owner";
constexpr std::string_view kPool = "berth.dev/pool";
constexpr std::string_view kNodes = "berth.dev/nodes";

std::map<std::string, std::string> texts_of(const json& object, std::string_view prefix = "") {
  std::map<std::string, std::string> texts;
  if (!object.is_object()) return texts;
  for (const auto& [name, value] : object.items())
    if (value.is_string() && name.starts_with(prefix)) texts[name] = value.get<std::string>();
  return texts;
}

bool is_ready(const json& node) {
  for (const json& one : list_field(node, "status", "conditions"))
    if (text_field(one, "type") == "Ready") return text_field(one, "status") == "True";
  return false;
}

bool has_untolerated_taint(const json& node, const json& tolerations) {
  const json& taints = list_field(node, "spec", "taints");
  return std::any_of(taints.begin(), taints.end(), [&](const json& taint) {
    const std::string effect = text_field(taint, "effect");
    return (effect == "NoSchedule" || effect == "NoExecute") && !tolerates(tolerations, taint);
  });
}

Amounts pod_requests(const json& spec, const std::string& gpu_resource) {
  std::vector<kube::WrongQuantity> wrong;  // of others' pods: not for us to complain of
  const kube::PodNeeds needs = kube::pod_needs(spec, gpu_resource, wrong);
  return {needs.cpu_milli, needs.memory_bytes, needs.gpu_milli};
}

// ---- shapes and rooms

std::string sku_of(const NodeFacts& node, const SiteDefaults& site) {
  const auto label = node.labels.find(site.sku_label);
  return label == node.labels.end() ? "" : site.sku_of(label->second);
}

json amounts_json(std::int64_t nodes, const Amounts& each) {
  return {{"nodes", nodes},
          {"cpu_milli", each.cpu_milli},
          {"memory_bytes", each.memory_bytes},
          {"gpu_milli", each.gpu_milli}};
}

std::tuple<std::int64_t, std::int64_t, std::int64_t> key_of(const Amounts& amounts) {
  return {amounts.gpu_milli, amounts.memory_bytes, amounts.cpu_milli};
}

// Nodes that are alike, with how many of them have how much left; the largest first.
class Shapes {
 public:
  void add(const std::string& sku, const Amounts& has, const Amounts& left,
           std::int64_t nodes = 1) {
    Shape& shape = shapes_[{key_of(has), sku}];
    shape.nodes += nodes;
    shape.has = has;
    shape.rooms[key_of(left)].first += nodes;
    shape.rooms[key_of(left)].second = left;
    for (std::int64_t i = 0; i < nodes; ++i) all_left_ += left;
  }

  const Amounts& all_left() const { return all_left_; }

  // A room of less than nothing, which nothing fits and which the total is reduced by.
  void add_debt(const Amounts& debt) {
    if (shapes_.empty() || debt == Amounts{}) return;
    const Amounts room{-debt.cpu_milli, -debt.memory_bytes, -debt.gpu_milli};
    shapes_.rbegin()->second.rooms[key_of(room)] = {1, room};
  }

  json to_json() const {
    json all = json::array();
    for (auto shape = shapes_.rbegin(); shape != shapes_.rend(); ++shape) {
      json one = amounts_json(shape->second.nodes, shape->second.has);
      one["sku"] = shape->first.second;
      json rooms = json::array();
      for (auto room = shape->second.rooms.rbegin(); room != shape->second.rooms.rend(); ++room)
        rooms.push_back(amounts_json(room->second.first, room->second.second));
      one["rooms"] = std::move(rooms);
      all.push_back(std::move(one));
    }
    return all;
  }

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
  struct Shape {
    std::int64_t nodes = 0;
    Amounts has;
    std::map<Key, std::pair<std::int64_t, Amounts>> rooms;
  };
  std::map<std::pair<Key, std::string>, Shape> shapes_;
  Amounts all_left_;
};

// What the quotas of a pool's namespace allow it in all, and what they leave it.
struct Bound {
  std::optional<Amounts> all;  // without a quota of a kind: more than anybody has
  Amounts left;
};

constexpr std::int64_t kUnbounded = std::int64_t{1} << 53;

void bind(std::int64_t& all, std::int64_t& left, const std::optional<std::int64_t>& hard,
          std::int64_t used_by_others) {
  if (!hard) return;
  all = std::min(all, *hard);
  left =
      std::min(left, std::max<std::int64_t>(0, *hard - std::max<std::int64_t>(0, used_by_others)));
}

// What runs where, summed up once for all pools.
class Usage {
 public:
  explicit Usage(const ClusterFacts& facts) {
    for (const auto& [uid, pod] : facts.pods) {
      if (!pod.pool.empty()) of_pools_[{pod.in_namespace, pod.pool}] += pod.requests;
      if (pod.node.empty()) continue;
      on_nodes_[pod.node] += pod.requests;
      if (!pod.pool.empty()) of_pools_on_nodes_[{pod.node, pod.pool}] += pod.requests;
    }
  }

  // What the pool itself has in its namespace.
  Amounts of_pool(const PlacedPool& pool) const {
    return found(of_pools_, {pool.in_namespace, kube::as_label_value(pool.name)});
  }

  // What runs on a node and is not in the pool's ledger: others' pods, and those of our other
  // pools.
  Amounts taken_from(const PlacedPool& pool, const std::string& node) const {
    const auto all = on_nodes_.find(node);
    if (all == on_nodes_.end()) return {};
    Amounts taken = all->second;
    taken -= found(of_pools_on_nodes_, {node, kube::as_label_value(pool.name)});
    return taken;
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  static Amounts found(const std::map<Pair, Amounts>& all, const Pair& key) {
    const auto at = all.find(key);
    return at == all.end() ? Amounts{} : at->second;
  }

  std::map<Pair, Amounts> of_pools_;  // by namespace and pool
  std::map<std::string, Amounts> on_nodes_;
  std::map<Pair, Amounts> of_pools_on_nodes_;  // by node and pool
};

Bound bound_of(const PlacedPool& pool, const ClusterFacts& facts, const Usage& usage) {
  Bound bound;
  Amounts all{kUnbounded, kUnbounded, kUnbounded};
  Amounts left = all;
  const Amounts own = usage.of_pool(pool);
  for (const auto& [name, quota] : facts.quotas) {
    if (quota.in_namespace != pool.in_namespace) continue;
    Amounts others = quota.used;
    others -= own;
    bind(all.cpu_milli, left.cpu_milli, quota.cpu_milli, others.cpu_milli);
    bind(all.memory_bytes, left.memory_bytes, quota.memory_bytes, others.memory_bytes);
    bind(all.gpu_milli, left.gpu_milli, quota.gpu_milli, others.gpu_milli);
    bound.all = all;
  }
  bound.left = left;
  return bound;
}

Amounts at_least_nothing(const Amounts& amounts) { return most_of(amounts, {}); }

void add_nodes(Shapes& shapes, const PlacedPool& pool, const ClusterFacts& facts,
               const SiteDefaults& site, const Usage& usage, const Bound& bound) {
  for (const auto& [name, node] : facts.nodes) {
    if (!node.is_usable || !selects(site.node_selector, node.labels) ||
        !selects(pool.nodes, node.labels))
      continue;
    Amounts left = node.allocatable;
    left -= usage.taken_from(pool, name);
    left = at_least_nothing(left);
    Amounts has = node.allocatable;
    if (bound.all) {  // nothing larger than the quota will ever run
      has = least_of(has, *bound.all);
      left = least_of(left, *bound.all);
    }
    shapes.add(sku_of(node, site), has, left);
  }
}

// Where nodes cannot be seen: what the site says of them, else the quota as one large node.
void add_declared(Shapes& shapes, const PlacedPool& pool, const Bound& bound) {
  for (const json& one : pool.declared_nodes) {
    const Amounts has{number_field(one, "cpu_milli"), number_field(one, "memory_bytes"),
                      number_field(one, "gpu_milli")};
    const Amounts each = bound.all ? least_of(has, *bound.all) : has;
    shapes.add(text_field(one, "sku"), each, each,
               std::max<std::int64_t>(number_field(one, "count"), 0));
  }
  if (!pool.declared_nodes.empty() || !bound.all) return;
  const auto known = [](std::int64_t amount) { return amount == kUnbounded ? 0 : amount; };
  shapes.add(
      "",
      {known(bound.all->cpu_milli), known(bound.all->memory_bytes), known(bound.all->gpu_milli)},
      {known(bound.left.cpu_milli), known(bound.left.memory_bytes), known(bound.left.gpu_milli)});
}

json bounded_json(const Amounts& all) {
  json bounded = json::object();
  const auto add = [&](const char* name, std::int64_t amount) {
    if (amount != kUnbounded) bounded[name] = amount;
  };
  add("cpu_milli", all.cpu_milli);
  add("memory_bytes", all.memory_bytes);
  add("gpu_milli", all.gpu_milli);
  return bounded;
}

json pool_json(const PlacedPool& pool, const ClusterFacts& facts, const SiteDefaults& site,
               const Usage& usage) {
  const Bound bound = bound_of(pool, facts, usage);
  Shapes shapes;
  if (facts.can_see_nodes) {
    add_nodes(shapes, pool, facts, site, usage, bound);
  } else {
    add_declared(shapes, pool, bound);
  }
  Amounts over = shapes.all_left();
  over -= bound.left;
  shapes.add_debt(at_least_nothing(over));
  json one = {{"name", pool.name}, {"shapes", shapes.to_json()}};
  if (bound.all) one["at_most"] = bounded_json(*bound.all);
  if (pool.is_discovered)
    one.update({{"owner", pool.owner}, {"labels", json::object()}, {"discovered", true}});
  return one;
}

// A selector that cannot be read selects nothing: better no node than all.
Selector readable_selector(const std::string& text) {
  try {
    return parse_selector(text, "");
  } catch (const BadSetting&) {
    return {{"berth.dev/unreadable-selector", text}};
  }
}

}  // namespace

NodeFacts node_facts(const json& node, const SiteDefaults& site) {
  return {.labels = texts_of(field(node, "metadata", "labels")),
          .allocatable = amounts_of(field(node, "status", "allocatable"), site.gpu_resource),
          .is_usable = is_ready(node) && !truth_field(node, "spec", "unschedulable") &&
                       !is_going(node) &&
                       !has_untolerated_taint(node, site.tolerations)};
}

std::optional<PodFacts> pod_facts(const json& pod, const SiteDefaults& site,
                                  const std::string& pool) {
  const std::string phase = text_field(pod, "status", "phase");
  if (phase == "Succeeded" || phase == "Failed") return std::nullopt;
  return PodFacts{.in_namespace = text_field(pod, "metadata", "namespace"),
                  .node = text_field(pod, "spec", "nodeName"),
                  .pool = pool,
                  .requests = pod_requests(field(pod, "spec"), site.gpu_resource)};
}

std::optional<QuotaFacts> quota_facts(const json& quota, const SiteDefaults& site) {
  if (!list_field(quota, "spec", "scopes").empty() ||
      field(quota, "spec", "scopeSelector").is_object())
    return std::nullopt;
  const json& enforced = field(quota, "status", "hard");
  const json& hard = enforced.is_object() ? enforced : field(quota, "spec", "hard");
  const json& used = field(quota, "status", "used");
  QuotaFacts facts{.in_namespace = text_field(quota, "metadata", "namespace")};
  const auto take = [&](const std::string& name, double scale, std::optional<std::int64_t>& bound,
                        std::int64_t& in_use) {
    const auto limit = quantity_of(field(hard, std::string_view(name)), scale);
    if (!limit) return;
    bound = limit;
    in_use = quantity_of(field(used, std::string_view(name)), scale).value_or(0);
  };
  take("cpu", 1000, facts.cpu_milli, facts.used.cpu_milli);
  take("requests.cpu", 1000, facts.cpu_milli, facts.used.cpu_milli);
  take("memory", 1, facts.memory_bytes, facts.used.memory_bytes);
  take("requests.memory", 1, facts.memory_bytes, facts.used.memory_bytes);
  take("requests." + site.gpu_resource, 1000, facts.gpu_milli, facts.used.gpu_milli);
  if (!facts.cpu_milli && !facts.memory_bytes && !facts.gpu_milli) return std::nullopt;
  return facts;
}

NamespaceFacts namespace_facts(const json& object) {
  return {.annotations = texts_of(field(object, "metadata", "annotations"), kOwn),
          .is_going = is_going(object)};
}

std::vector<PlacedPool> all_pools(const std::vector<PlacedPool>& of_site,
                                  const std::string& cluster,
                                  const std::map<std::string, NamespaceFacts>& namespaces) {
  std::vector<PlacedPool> all = of_site;
  std::set<std::string> names;
  std::set<std::string> taken;
  for (const PlacedPool& pool : of_site) {
    names.insert(pool.name);
    taken.insert(pool.in_namespace);
  }
  for (const auto& [name, facts] : namespaces) {
    const auto text = [&](std::string_view annotation) {
      const auto found = facts.annotations.find(std::string(annotation));
      return found == facts.annotations.end() ? std::string() : found->second;
    };
    if (facts.is_going || text(kOwner).empty() || taken.contains(name)) continue;
    PlacedPool pool{.name = text(kPool).empty() ? cluster + "-" + name : text(kPool),
                    .owner = text(kOwner),
                    .in_namespace = name,
                    .nodes = readable_selector(text(kNodes)),
                    .is_discovered = true};
    if (names.insert(pool.name).second) all.push_back(std::move(pool));
  }
  return all;
}

json pools_json(const std::vector<PlacedPool>& pools, const ClusterFacts& facts,
                const SiteDefaults& site) {
  const Usage usage(facts);
  json all = json::array();
  for (const PlacedPool& pool : pools) all.push_back(pool_json(pool, facts, site, usage));
  return {{"pools", std::move(all)}};
}

}  // namespace berth
