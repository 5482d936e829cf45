// A cluster that lives on while daemons die: it is slow, loses answers, goes away and comes back.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fleet/views.hpp"
#include "model/job.hpp"
#include "plugins/backend.hpp"
#include "sim_time.hpp"

namespace berth::sim {

struct ClusterFaults {
  std::int64_t trouble_one_in = 0;  // calls that go wrong in some way; 0: none
};

// What runs, ran or is said to run there for one attempt.
struct Workload {
  AttemptKey key;
  std::string uid;
  std::string pool;
  Amounts amounts;
  std::string state = "starting";  // then "running", and "ok", "bad" or "lost"
  bool is_live() const { return state == "starting" || state == "running"; }
};

class SimCluster {
 public:
  // With `tombstones` a confirmed release turns away creates that land later. Without, requests about
  // one name are decided in the order they came, once any later one was answered.
  SimCluster(std::string name, std::vector<ReportedPool> pools, bool tombstones,
             Timeline& timeline, Dice& dice, ClusterFaults& faults)
      : name_(std::move(name)),
        pools_(std::move(pools)),
        tombstones_(tombstones),
        timeline_(timeline),
        dice_(dice),
        faults_(faults) {}

  const std::string& name() const { return name_; }
  const std::vector<ReportedPool>& pools() const { return pools_; }
  bool has_tombstones() const { return tombstones_; }
  bool is_away() const { return timeline_.now_ms() < away_until_ms_; }
  void go_away(std::int64_t ms) { away_until_ms_ = timeline_.now_ms() + ms; }

  // The API: what happens when a request arrives.
  BackendReply create(const AttemptKey& key, const std::string& pool, const Amounts& amounts);
  BackendReply refuse(const AttemptKey& key);  // for good, and so every create before it
  BackendReply get(const AttemptKey& key) const;
  // False until everything of it is gone.
  bool remove(const AttemptKey& key);
  void add_tombstone(const AttemptKey& key) { if (tombstones_) tombs_.insert(key); }
  bool has_ever_succeeded(const std::string& job) const { return succeeded_.count(job) > 0; }

  const std::map<AttemptKey, Workload>& workloads() const { return workloads_; }

  // Who hears of changes; null: nobody (the daemon is dead).
  std::function<void(const Workload&)> on_change;
  std::int64_t creates_decided(const AttemptKey& key) const {
    const auto found = decided_.find(key);
    return found == decided_.end() ? 0 : found->second;
  }

 private:
  void live(const AttemptKey& key, const std::string& uid);
  void change(const AttemptKey& key, const std::string& uid, const std::string& state);

  std::string name_;
  std::vector<ReportedPool> pools_;
  bool tombstones_;
  Timeline& timeline_;
  Dice& dice_;
  ClusterFaults& faults_;
  std::int64_t away_until_ms_ = 0;
  std::map<AttemptKey, Workload> workloads_;
  std::map<AttemptKey, std::int64_t> decided_;  // creates that were answered for certain
  std::set<AttemptKey> tombs_;
  std::set<std::string> succeeded_;
  std::int64_t uids_ = 0;
};

// One incarnation's connection to a cluster.
class SimBackend final : public Backend {
 public:
  SimBackend(SimCluster& cluster, Timeline& timeline, Dice& dice, ClusterFaults& faults,
             int incarnation, bool lies_about_tombstones,
             std::function<void(const LaunchOrder&)> on_launch)
      : cluster_(cluster),
        timeline_(timeline),
        dice_(dice),
        faults_(faults),
        incarnation_(incarnation),
        lies_about_tombstones_(lies_about_tombstones),
        on_launch_(std::move(on_launch)) {}
  ~SimBackend() override { cluster_.on_change = nullptr; }

  const std::vector<std::string>& formats() const override { return formats_; }
  void start(BackendEvents& events, BackendDone done) override;
  void adopt(const AttemptKey& key, BackendDone done) override;
  void launch(const LaunchOrder& order, BackendDone done) override;
  void release(const ReleaseOrder& order, BackendDone done) override;
  void pools(BackendDone done) override;
  void health(BackendDone done) override;
  void logs(const LogRequest&, BackendDone done) override { done({}); }
  void fetch(const FetchRequest&, BackendDone done) override { done({}); }
  void stop(BackendDone done) override { done({}); }

 private:
  // Calls for one attempt one after the other, as the host promises.
  void in_order(const AttemptKey& key, std::function<void(BackendDone)> call, BackendDone done);
  void next(const AttemptKey& key);
  void answer(BackendDone done, BackendReply reply, std::int64_t delay_ms);
  bool goes_wrong();
  void try_remove(const AttemptKey& key, int tries, BackendDone done);

  SimCluster& cluster_;
  Timeline& timeline_;
  Dice& dice_;
  ClusterFaults& faults_;
  int incarnation_;
  bool lies_about_tombstones_;
  std::function<void(const LaunchOrder&)> on_launch_;
  std::vector<std::string> formats_{"sim"};
  std::map<AttemptKey, std::deque<std::function<void()>>> waiting_;
};

}  // namespace berth::sim
