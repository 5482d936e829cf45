#include "sim_cluster.hpp"

namespace berth::sim {
namespace {

BackendReply reply_of(CallStatus status, std::string message = {}) {
  BackendReply reply;
  reply.status = status;
  reply.message = std::move(message);
  return reply;
}

// A launch order carries its amounts as text: "cpu memory gpu".
Amounts amounts_of(const std::string& workload) {
  Amounts amounts;
  std::sscanf(workload.c_str(), "%ld %ld %ld", &amounts.cpu_milli, &amounts.memory_bytes,
              &amounts.gpu_milli);
  return amounts;
}

constexpr std::int64_t kTimeoutMs = 5000;
constexpr std::int64_t kLatestLandingMs = 60'000;

}  // namespace

BackendReply SimCluster::create(const AttemptKey& key, const std::string& pool,
                                const Amounts& amounts) {
  ++decided_[key];
  if (tombs_.count(key) > 0) return reply_of(CallStatus::kPermanent, "given up earlier");
  auto [found, is_new] = workloads_.try_emplace(key);
  if (is_new) {
    found->second.key = key;
    found->second.uid = name_ + std::to_string(++uids_);
    found->second.pool = pool;
    found->second.amounts = amounts;
    live(key, found->second.uid);
  }
  BackendReply reply = reply_of(CallStatus::kOk);
  reply.external_ref = name_ + "/" + key.job;
  reply.uid = found->second.uid;
  return reply;
}

BackendReply SimCluster::refuse(const AttemptKey& key) {
  ++decided_[key];
  BackendReply refused = reply_of(CallStatus::kPermanent, "quota exceeded");
  refused.reason = "SubmissionFailed";
  return refused;
}

// Plans the life of a new workload.
void SimCluster::live(const AttemptKey& key, const std::string& uid) {
  const std::int64_t starts_ms = dice_.one_in(12) ? 100'000 : dice_.between(10, 8000);
  const std::int64_t ends_ms = starts_ms + dice_.between(10, 60'000);
  const std::string end = dice_.one_in(8) ? "lost" : dice_.one_in(5) ? "bad" : "ok";
  timeline_.plan(starts_ms, Timeline::kWorld, [=, this] { change(key, uid, "running"); });
  timeline_.plan(ends_ms, Timeline::kWorld, [=, this] { change(key, uid, end); });
}

void SimCluster::change(const AttemptKey& key, const std::string& uid, const std::string& state) {
  const auto found = workloads_.find(key);
  if (found == workloads_.end() || found->second.uid != uid) return;
  found->second.state = state;
  if (state == "ok") succeeded_.insert(key.job);
  if (on_change) on_change(found->second);
}

BackendReply SimCluster::get(const AttemptKey& key) const {
  const auto found = workloads_.find(key);
  if (found == workloads_.end()) return reply_of(CallStatus::kNotFound);
  BackendReply reply = reply_of(CallStatus::kOk);
  reply.external_ref = name_ + "/" + key.job;
  reply.uid = found->second.uid;
  reply.native_status = found->second.state;
  return reply;
}

bool SimCluster::remove(const AttemptKey& key) {
  workloads_.erase(key);
  return true;
}

bool SimBackend::goes_wrong() {
  return faults_.trouble_one_in > 0 && dice_.one_in(faults_.trouble_one_in);
}

void SimBackend::answer(BackendDone done, BackendReply reply, std::int64_t delay_ms) {
  timeline_.plan(delay_ms, incarnation_,
                 [done = std::move(done), reply = std::move(reply)] { done(reply); });
}

void SimBackend::in_order(const AttemptKey& key, std::function<void(BackendDone)> call,
                          BackendDone done) {
  std::deque<std::function<void()>>& queue = waiting_[key];
  queue.push_back([this, key, call = std::move(call), done = std::move(done)] {
    call([this, key, done](BackendReply reply) {
      done(std::move(reply));
      next(key);
    });
  });
  if (queue.size() == 1) queue.front()();
}

void SimBackend::next(const AttemptKey& key) {
  std::deque<std::function<void()>>& queue = waiting_[key];
  queue.pop_front();
  if (queue.empty()) {
    waiting_.erase(key);
  } else {
    auto call = queue.front();
    call();
  }
}

void SimBackend::start(BackendEvents& events, BackendDone done) {
  if (cluster_.is_away()) return answer(done, reply_of(CallStatus::kTransient, "away"), 1000);
  cluster_.on_change = [this, &events](const Workload& workload) {
    const WorkloadEvent event{workload.key, workload.uid, workload.state};
    const std::int64_t delay_ms = cluster_.is_away() ? 20'000 : dice_.between(0, 300);
    const int times = dice_.one_in(10) ? 2 : 1;  // some are told twice
    for (int i = 0; i < times; ++i) {
      timeline_.plan(delay_ms + i * 50, incarnation_,
                     [&events, event] { events.workload_changed(event); });
    }
  };
  BackendReply reply = reply_of(CallStatus::kOk);
  reply.tombstones = cluster_.has_tombstones() || lies_about_tombstones_;
  for (const auto& [key, workload] : cluster_.workloads())
    reply.found.push_back({key, workload.uid, 1});
  answer(done, reply, dice_.between(1, 200));
}

void SimBackend::adopt(const AttemptKey& key, BackendDone done) {
  in_order(
      key,
      [this, key](BackendDone finished) {
        if (cluster_.is_away() || goes_wrong())
          return answer(finished, reply_of(CallStatus::kTransient, "no answer"), 1000);
        answer(finished, cluster_.get(key), dice_.between(1, 100));
      },
      std::move(done));
}

void SimBackend::launch(const LaunchOrder& order, BackendDone done) {
  on_launch_(order);
  const Amounts amounts = amounts_of(order.workload);
  in_order(
      order.key,
      [this, key = order.key, pool = order.pool, amounts](BackendDone finished) {
        const bool is_lost = cluster_.is_away();
        const std::int64_t kind = goes_wrong() || is_lost ? dice_.between(1, 5) : 0;
        if (kind == 4) return answer(finished, reply_of(CallStatus::kTransient, "busy"), 50);
        if (kind == 5 && !is_lost) return answer(finished, cluster_.refuse(key), 50);
        // 1: never arrives; 2: arrives late; 3 and 0: arrives now. The answer is lost but for 0.
        if (kind == 2) {
          const std::int64_t decided = cluster_.creates_decided(key);
          timeline_.plan(dice_.between(kTimeoutMs, kLatestLandingMs), Timeline::kWorld,
                         [cluster = &cluster_, key, pool, amounts, decided] {
                           if (cluster->has_tombstones() ||
                               cluster->creates_decided(key) == decided)
                             cluster->create(key, pool, amounts);
                         });
        }
        if (kind == 1 || kind == 2)
          return answer(finished, reply_of(CallStatus::kUnknown, "timed out"), kTimeoutMs);
        const std::int64_t travel_ms = dice_.between(1, 500);
        timeline_.plan(travel_ms, Timeline::kWorld, [cluster = &cluster_, key, pool, amounts] {
          cluster->create(key, pool, amounts);
        });
        if (kind == 3)
          return answer(finished, reply_of(CallStatus::kUnknown, "timed out"), kTimeoutMs);
        timeline_.plan(travel_ms, incarnation_, [this, key, pool, amounts, finished] {
          answer(finished, cluster_.create(key, pool, amounts), dice_.between(1, 300));
        });
      },
      std::move(done));
}

void SimBackend::try_remove(const AttemptKey& key, int tries, BackendDone done) {
  if (cluster_.is_away() || (goes_wrong() && tries < 3))
    return answer(done, reply_of(CallStatus::kTransient, "no answer"), 1000);
  const std::int64_t travel_ms = dice_.between(1, 400);
  timeline_.plan(travel_ms, Timeline::kWorld, [cluster = &cluster_, key] {
    cluster->add_tombstone(key);
    cluster->remove(key);
  });
  timeline_.plan(travel_ms, incarnation_, [this, done] {
    answer(done, reply_of(CallStatus::kOk, "gone"), dice_.between(1, 500));
  });
}

void SimBackend::release(const ReleaseOrder& order, BackendDone done) {
  in_order(
      order.key,
      [this, key = order.key](BackendDone finished) { try_remove(key, 0, finished); },
      std::move(done));
}

void SimBackend::pools(BackendDone done) {
  BackendReply reply = reply_of(cluster_.is_away() ? CallStatus::kTransient : CallStatus::kOk);
  if (!cluster_.is_away()) reply.pools = cluster_.pools();
  answer(done, reply, dice_.between(1, 300));
}

void SimBackend::health(BackendDone done) {
  const CallStatus status = cluster_.is_away() ? CallStatus::kTransient : CallStatus::kOk;
  answer(done, reply_of(status, cluster_.is_away() ? "away" : ""), dice_.between(1, 300));
}

}  // namespace berth::sim
