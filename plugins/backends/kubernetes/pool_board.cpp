#include "pool_board.hpp"

#include <algorithm>

#include "attempt_identity.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kSoon = 20ms;
constexpr auto kPause = 200ms;  // five times a second at most

std::string name_of(const json& object) { return text_field(object, "metadata", "name"); }

}  // namespace

PoolBoard::PoolBoard(boost::asio::io_context& io, const SiteDefaults& site, std::string cluster,
                     std::vector<PlacedPool> of_site, Tell tell)
    : site_(site),
      cluster_(std::move(cluster)),
      of_site_(std::move(of_site)),
      tell_(std::move(tell)),
      pools_(of_site_),
      telling_(io, kSoon, kPause, [this] { tell_if_changed(); }) {}

template <typename Facts>
bool PoolBoard::set(std::map<std::string, Facts>& all, const std::string& key, const Facts& facts) {
  const auto [at, is_new] = all.try_emplace(key, facts);
  if (!is_new && at->second == facts) return false;
  at->second = facts;
  telling_.want();
  return true;
}

void PoolBoard::take_node(const json& node) {
  node_names_[uid_of(node)] = name_of(node);
  set(facts_.nodes, name_of(node), node_facts(node, site_));
}

void PoolBoard::take_pod(const json& pod, bool is_own) {
  const std::string pool =
      is_own ? text_field(pod, "metadata", "labels", kube::kPoolLabel) : std::string();
  const auto facts = pod_facts(pod, site_, pool);
  if (!facts) return pod_gone(uid_of(pod));
  set(facts_.pods, uid_of(pod), *facts);
}

void PoolBoard::take_quota(const json& quota) {
  const auto facts = quota_facts(quota, site_);
  if (!facts) return quota_gone(uid_of(quota));
  set(facts_.quotas, uid_of(quota), *facts);
}

void PoolBoard::take_namespace(const json& object) {
  namespace_names_[uid_of(object)] = name_of(object);
  if (set(facts_.namespaces, name_of(object), namespace_facts(object)))
    pools_ = all_pools(of_site_, cluster_, facts_.namespaces);
}

void PoolBoard::node_gone(const std::string& uid) {
  const auto name = node_names_.extract(uid);
  if (name && facts_.nodes.erase(name.mapped()) > 0) telling_.want();
}

void PoolBoard::pod_gone(const std::string& uid) {
  if (facts_.pods.erase(uid) > 0) telling_.want();
}

void PoolBoard::quota_gone(const std::string& uid) {
  if (facts_.quotas.erase(uid) > 0) telling_.want();
}

void PoolBoard::namespace_gone(const std::string& uid) {
  const auto name = namespace_names_.extract(uid);
  if (!name || facts_.namespaces.erase(name.mapped()) == 0) return;
  pools_ = all_pools(of_site_, cluster_, facts_.namespaces);
  telling_.want();
}

void PoolBoard::nodes_cannot_be_seen() {
  facts_.can_see_nodes = false;
  telling_.want();
}

void PoolBoard::begin() {
  has_begun_ = true;
  telling_.want();
}

void PoolBoard::tell_if_changed() {
  if (!has_begun_) return;
  json now = pools();
  if (now == told_) return;
  told_ = std::move(now);
  tell_(told_);
}

const PlacedPool* PoolBoard::find(const std::string& pool) const {
  const auto found = std::find_if(pools_.begin(), pools_.end(),
                                  [&](const PlacedPool& one) { return one.name == pool; });
  return found == pools_.end() ? nullptr : &*found;
}

std::vector<std::string> PoolBoard::namespaces() const {
  std::vector<std::string> all;
  for (const PlacedPool& pool : pools_) all.push_back(pool.in_namespace);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace berth
