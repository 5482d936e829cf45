// The pools of a cluster as the watches tell them; says when that changed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "coalesced.hpp"
#include "pool_view.hpp"

namespace berth {

class PoolBoard {
 public:
  using Tell = std::function<void(const nlohmann::json& pools)>;

  PoolBoard(boost::asio::io_context& io, const SiteDefaults& site, std::string cluster,
            std::vector<PlacedPool> of_site, Tell tell);

  void take_node(const nlohmann::json& node);
  // `is_own`: of this instance, whose pods are in the ledger of their pool.
  void take_pod(const nlohmann::json& pod, bool is_own);
  void take_quota(const nlohmann::json& quota);
  void take_namespace(const nlohmann::json& object);
  void node_gone(const std::string& uid);
  void pod_gone(const std::string& uid);
  void quota_gone(const std::string& uid);
  void namespace_gone(const std::string& uid);
  void nodes_cannot_be_seen();

  // Nothing is told before.
  void begin();
  nlohmann::json pools() const { return pools_json(pools_, facts_, site_); }
  const PlacedPool* find(const std::string& pool) const;
  std::vector<std::string> namespaces() const;

 private:
  // Sets what is known under a key; true when that is something else than before.
  template <typename Facts>
  bool set(std::map<std::string, Facts>& all, const std::string& key, const Facts& facts);
  void tell_if_changed();

  const SiteDefaults& site_;
  const std::string cluster_;
  const std::vector<PlacedPool> of_site_;
  const Tell tell_;
  std::vector<PlacedPool> pools_;
  ClusterFacts facts_;
  std::map<std::string, std::string> node_names_;       // by uid
  std::map<std::string, std::string> namespace_names_;  // by uid
  nlohmann::json told_;
  bool has_begun_ = false;
  Coalesced telling_;
};

}  // namespace berth
