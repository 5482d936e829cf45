#include "fleet/cluster_controller.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace berth {
namespace {

constexpr std::size_t kRemarksMax = 20;

}  // namespace

ClusterController::ClusterController(const ClusterSetting& setting, const ProbeSettings& probes,
                                     Backend& backend, Loop& loop, const Clock& clock,
                                     ClusterListener& listener)
    : setting_(setting),
      probes_(probes),
      backend_(backend),
      loop_(loop),
      clock_(clock),
      listener_(listener) {}

ClusterController::~ClusterController() { *alive_ = false; }

void ClusterController::start() { try_start(); }

void ClusterController::stop() { stopped_ = true; }

void ClusterController::later(std::int64_t delay_ms, void (ClusterController::*step)()) {
  loop_.after(std::chrono::milliseconds(delay_ms), [this, alive = alive_, step] {
    if (*alive && !stopped_) (this->*step)();
  });
}

void ClusterController::try_start() {
  backend_.start(*this, [this, alive = alive_](BackendReply reply) {
    if (!*alive || stopped_) return;
    if (reply.status != CallStatus::kOk) {
      missed(reply.message);
      later(probes_.health_every_ms, &ClusterController::try_start);
      return;
    }
    started_ = true;
    log_info("cluster_started", {{"cluster", setting_.name}, {"found", reply.found.size()}});
    warnings_ = std::move(reply.warnings);
    for (const std::string& warning : warnings_)
      log_warning("cluster_warning", {{"cluster", setting_.name}, {"what", warning}});
    heard();
    listener_.cluster_started(setting_.name, {std::move(reply.found), reply.tombstones});
    ask_pools();
    later(probes_.health_every_ms, &ClusterController::probe);
  });
}

void ClusterController::probe() {
  backend_.health([this, alive = alive_](BackendReply reply) {
    if (!*alive || stopped_) return;
    if (reply.status == CallStatus::kOk) {
      heard();
    } else {
      missed(reply.message);
    }
    later(probes_.health_every_ms, &ClusterController::probe);
  });
}

void ClusterController::ask_pools() {
  backend_.pools([this, alive = alive_](BackendReply reply) {
    if (!*alive || stopped_) return;
    const bool answered = reply.status == CallStatus::kOk;
    if (answered) pools_changed(std::move(reply.pools));
    const bool wait_long = answered || reported_;
    later(wait_long ? probes_.pools_every_ms : probes_.health_every_ms,
          &ClusterController::ask_pools);
  });
}

void ClusterController::pools_changed(std::vector<ReportedPool> pools) {
  if (stopped_) return;
  reported_ = true;
  listener_.cluster_reported(setting_.name, std::move(pools));
}

void ClusterController::set_remarks(std::vector<std::string> remarks) {
  if (remarks.size() > kRemarksMax) {
    const std::size_t more = remarks.size() - kRemarksMax + 1;
    remarks.resize(kRemarksMax - 1);
    remarks.push_back("and " + std::to_string(more) + " more");
  }
  for (const std::string& remark : remarks) {
    if (std::find(remarks_.begin(), remarks_.end(), remark) == remarks_.end())
      log_warning("cluster_warning", {{"cluster", setting_.name}, {"what", remark}});
  }
  remarks_ = std::move(remarks);
}

void ClusterController::workload_changed(WorkloadEvent event) {
  if (!stopped_) listener_.cluster_workload(setting_.name, std::move(event));
}

void ClusterController::heard() {
  failures_ = 0;
  first_missed_ = {};
  message_.clear();
  if (health_ == ClusterHealth::kReady) return;
  health_ = ClusterHealth::kReady;
  log_info("cluster_ready", {{"cluster", setting_.name}});
  listener_.cluster_changed(setting_.name);
}

void ClusterController::missed(const std::string& why) {
  if (!first_missed_) first_missed_ = clock_.now();
  message_ = why.empty() ? "no answer" : why;
  if (++failures_ < probes_.offline_after_failures || health_ == ClusterHealth::kOffline) return;
  health_ = ClusterHealth::kOffline;
  log_warning("cluster_offline", {{"cluster", setting_.name}, {"why", message_}});
  listener_.cluster_changed(setting_.name);
}

std::int64_t ClusterController::offline_ms() const {
  if (health_ != ClusterHealth::kOffline) return 0;
  return elapsed_ms(first_missed_, clock_.now());
}

void ClusterController::launch_failed() {
  if (breaker_open_ || ++launch_failures_ < probes_.breaker_failures) return;
  breaker_open_ = true;
  log_warning("breaker_opened", {{"cluster", setting_.name}, {"failures", launch_failures_}});
  listener_.cluster_changed(setting_.name);
  loop_.after(std::chrono::milliseconds(probes_.breaker_pause_ms), [this, alive = alive_] {
    if (!*alive || stopped_) return;
    breaker_open_ = false;
    launch_failures_ = probes_.breaker_failures - 1;  // one more failure opens it again
    listener_.cluster_changed(setting_.name);
  });
}

}  // namespace berth
