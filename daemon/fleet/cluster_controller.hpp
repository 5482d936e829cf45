// Watches one cluster: starts its backend, probes its health, asks for its pools, and says when any of
// that changes what may be placed there.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/loop.hpp"
#include "config/site.hpp"
#include "plugins/backend.hpp"

namespace berth {

// What a backend found of this Berth when it started, and what it promises.
struct StartReport {
  std::vector<FoundAttempt> found;
  bool tombstones = false;  // a confirmed release also turns away a launch still on its way
};

// What a cluster controller tells its owner. [loop]
class ClusterListener {
 public:
  virtual ~ClusterListener() = default;
  virtual void cluster_started(const std::string& cluster, StartReport report) = 0;
  virtual void cluster_changed(const std::string& cluster) = 0;  // its state
  virtual void cluster_reported(const std::string& cluster, std::vector<ReportedPool> pools) = 0;
  virtual void cluster_workload(const std::string& cluster, WorkloadEvent event) = 0;
};

enum class ClusterHealth {
  kStarting,  // not heard of yet
  kReady,
  kOffline,  // failed repeatedly: a link that blinked is not enough
};

// Everything is [loop].
class ClusterController final : private BackendEvents {
 public:
  ClusterController(const ClusterSetting& setting, const ProbeSettings& probes, Backend& backend,
                    Loop& loop, const Clock& clock, ClusterListener& listener);
  ~ClusterController();

  void start();
  void stop();

  const ClusterSetting& setting() const { return setting_; }
  Backend& backend() { return backend_; }
  ClusterHealth health() const { return health_; }
  const std::string& message() const { return message_; }
  // What it cannot promise, as its backend said at its start.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // What is wrong with its last report, for as long as it is. Each is logged once.
  void set_remarks(std::vector<std::string> remarks);
  const std::vector<std::string>& remarks() const { return remarks_; }
  bool has_started() const { return started_; }
  bool has_reported() const { return reported_; }
  // Reported its pools, or is known to be offline: decisions need not wait for it.
  bool is_known() const { return reported_ || health_ == ClusterHealth::kOffline; }
  std::int64_t offline_ms() const;  // since it was first missed; 0 while it is not offline

  // A launch there failed, or went well. Repeated failures open the breaker for a while.
  void launch_failed();
  void launch_succeeded() { launch_failures_ = 0; }
  bool is_breaker_open() const { return breaker_open_; }

 private:
  void workload_changed(WorkloadEvent event) override;
  void pools_changed(std::vector<ReportedPool> pools) override;
  void try_start();
  void probe();
  void ask_pools();
  void heard();
  void missed(const std::string& why);
  void later(std::int64_t delay_ms, void (ClusterController::*step)());

  const ClusterSetting setting_;
  const ProbeSettings probes_;
  Backend& backend_;
  Loop& loop_;
  const Clock& clock_;
  ClusterListener& listener_;
  ClusterHealth health_ = ClusterHealth::kStarting;
  std::string message_ = "not heard of yet";
  std::vector<std::string> warnings_;
  std::vector<std::string> remarks_;
  bool started_ = false;
  bool reported_ = false;
  bool stopped_ = false;
  int failures_ = 0;
  Stamp first_missed_;
  int launch_failures_ = 0;
  bool breaker_open_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for callbacks that come too late
};

}  // namespace berth
