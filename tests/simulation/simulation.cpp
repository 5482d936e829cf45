#include "simulation.hpp"

#include <stdexcept>

#include "sim_plugins.hpp"

namespace berth::sim {
namespace {

constexpr std::int64_t kChaosMs = 240'000;
constexpr std::int64_t kQuietMs = 3'600'000;  // by then everything must have ended
constexpr std::int64_t kGibi = 1 << 30;

ReportedPool a_pool(std::string name, std::int64_t nodes, std::int64_t cpu, std::int64_t gpu) {
  ReportedShape shape;
  shape.sku = gpu > 0 ? "H100" : "";
  shape.nodes = nodes;
  shape.cpu_milli = cpu * 1000;
  shape.memory_bytes = cpu * 4 * kGibi;
  shape.gpu_milli = gpu * 1000;
  shape.rooms = {{nodes, shape.cpu_milli, shape.memory_bytes, shape.gpu_milli}};
  return {std::move(name), {shape}};
}

struct PoolPlan {
  std::string cluster;
  std::string owner;
  ReportedPool pool;
};

std::vector<PoolPlan> pool_plans() {
  return {{"west", "eta", a_pool("west-eta", 1, 8, 2)},
          {"west", "ai", a_pool("west-ai", 2, 8, 4)},
          {"east", "", a_pool("east-shared", 2, 16, 0)},
          {"east", "ai", a_pool("east-ai", 1, 4, 8)}};
}

Site a_site() {
  Site site;
  site.owners = {{"ai", "", ""}, {"eta", "ai", ""}, {"ops", "", ""}};
  site.projects = {{"p-eta", "eta"}, {"p-ai", "ai"}, {"p-ops", "ops"}};
  site.clusters = {{"west", "sim", "", "", {}}, {"east", "sim", "", "", {}}};
  for (const PoolPlan& plan : pool_plans())
    site.pools.push_back({plan.pool.name, plan.cluster, plan.owner, {}, {}, 0, {}});
  site.probes.health_every_ms = 4000;
  site.probes.lost_after_ms = 40'000;
  return site;
}

Policy a_policy(OnBusy on_busy) {
  Profile profile;
  profile.name = "default";
  profile.filters = {{std::make_shared<RoomFilter>(), {}}};
  profile.scorers = {{std::make_shared<FreeScorer>(), 1, {}}};
  profile.on_busy = on_busy;
  Policy policy;
  policy.profiles = {profile};
  return policy;
}

Lie lie_for(Sabotage sabotage) {
  switch (sabotage) {
    case Sabotage::kAnswerBeforeCommit: return Lie::kAnswersBeforeCommit;
    case Sabotage::kLaunchBeforeIntent: return Lie::kIntentBeforeCommit;
    case Sabotage::kNone:
    case Sabotage::kGiveUpCreateInFlight: return Lie::kNone;
  }
  return Lie::kNone;
}

}  // namespace

// What dies in a crash.
struct Simulation::Incarnation {
  SimLoop loop;
  SimJournal journal;
  Interns interns;
  Tokens tokens{"key"};
  SimJobType jobtype;
  std::vector<std::unique_ptr<SimBackend>> backends;
  std::unique_ptr<Engine> engine;

  Incarnation(Simulation& sim, int number)
      : loop(sim.timeline_, sim.dice_, number),
        journal(sim.disk_, sim.timeline_, sim.dice_, number, sim.journal_faults_,
                lie_for(sim.sabotage_), [&sim] { sim.crash_wanted_ = true; }) {}
};

Simulation::Simulation(std::uint64_t seed, Sabotage sabotage)
    : dice_(seed), sabotage_(sabotage), site_(a_site()) {
  cluster_faults_.trouble_one_in = dice_.between(4, 20);
  journal_faults_.crash_one_in = dice_.between(40, 400);
  journal_faults_.refuse_one_in = dice_.one_in(3) ? 25 : 0;
  for (const ClusterSetting& cluster : site_.clusters) {
    std::vector<ReportedPool> pools;
    for (const PoolPlan& plan : pool_plans()) {
      if (plan.cluster == cluster.name) pools.push_back(plan.pool);
    }
    const bool lies = sabotage == Sabotage::kGiveUpCreateInFlight;
    clusters_.push_back(std::make_unique<SimCluster>(cluster.name, std::move(pools),
                                                     !lies && dice_.one_in(2), timeline_, dice_,
                                                     cluster_faults_));
  }
}

Simulation::~Simulation() = default;

void Simulation::fail(const std::string& rule) {
  if (outcome_.broken_rule.empty()) {
    outcome_.broken_rule =
        rule + " (at " + std::to_string(timeline_.now_ms()) + " ms of virtual time)";
  }
}

void Simulation::boot() {
  daemon_ = std::make_unique<Incarnation>(*this, ++incarnations_);
  Incarnation& born = *daemon_;
  std::map<std::string, Backend*> backends;
  for (const auto& cluster : clusters_) {
    const auto check_intent = [this](const LaunchOrder& order) {
      const auto job = disk_.jobs.find(order.key.job);
      const bool durable = job != disk_.jobs.end() &&
                           job->second.attempt.number == order.key.attempt &&
                           job->second.attempt.launched;
      if (!durable) fail("launched before the intent was durable: " + order.name);
    };
    born.backends.push_back(std::make_unique<SimBackend>(
        *cluster, timeline_, dice_, cluster_faults_, incarnations_,
        sabotage_ == Sabotage::kGiveUpCreateInFlight, check_intent));
    backends[cluster->name()] = born.backends.back().get();
  }
  const auto no_request = [](const std::string&) { return std::string("{}"); };
  Outside outside{born.loop,  born.loop,    timeline_, dice_, born.journal,
                  no_request, born.interns, born.tokens, "sim", 1};
  born.engine = std::make_unique<Engine>(
      std::move(outside), site_, a_policy(dice_.one_in(2) ? OnBusy::kWait : OnBusy::kSpill),
      backends, std::map<std::string, JobType*>{{"sim", &born.jobtype}});
  born.engine->on_commit = [this](std::int64_t sequence) {
    if (sequence > disk_.sequence) fail("a watcher heard of a change before its commit");
  };
  std::vector<ClusterMark> marks;
  for (const auto& [name, mark] : disk_.marks) marks.push_back(mark);
  born.engine->start(
      [&](const auto& take) {
        for (Job& job : disk_.unfinished()) take(std::move(job));
      },
      std::move(marks));
}

void Simulation::crash() {
  crash_wanted_ = false;
  ++outcome_.restarts;
  timeline_.drop(incarnations_);
  daemon_.reset();
  timeline_.plan(dice_.between(1, 20'000), Timeline::kWorld, [this] { boot(); });
}

std::string Simulation::some_job() {
  if (acknowledged_.empty()) return {};
  auto at = acknowledged_.begin();
  std::advance(at, dice_.between(0, static_cast<std::int64_t>(acknowledged_.size()) - 1));
  return *at;
}

void Simulation::submit() {
  JobClass wanted;
  wanted.type = "sim";
  wanted.project = dice_.pick(site_.projects).name;
  Group group;
  group.name = "main";
  group.count = dice_.between(1, 4);
  group.cpu_milli = dice_.between(1, 6) * 500;
  group.gpu_milli = dice_.one_in(2) ? 0 : dice_.between(1, 3) * 1000;
  wanted.groups = {group};
  Submission submission;
  submission.job.name = "job";
  submission.job.user = "maria";
  submission.job.priority = dice_.between(0, 3) * 10;
  submission.job.wanted = std::make_shared<const JobClass>(wanted);
  submission.job.start_deadline_ms = dice_.between(10, 60) * 1000;
  submission.job.run_deadline_ms = dice_.one_in(5) ? 30'000 : 0;
  submission.job.retry_limit = dice_.between(0, 3);
  submission.job.retry_on = {"NodeLost", "ClusterLost"};
  if (dice_.one_in(4)) submission.job.on_cluster_lost = OnClusterLost::kFail;
  // One in five is sent again by a client that saw no answer.
  const std::int64_t again = dice_.one_in(5) ? std::max<std::int64_t>(1, submits_) : ++submits_;
  submission.accepted.idempotency_key = "key" + std::to_string(again);
  daemon_->engine->submit(std::move(submission), [this](Result<Submitted> answer) {
    if (!answer) return;
    acknowledged_.insert(answer->id);
    if (disk_.jobs.count(answer->id) == 0) fail("acknowledged before it was durable");
  });
}

// What people do at some moment.
void Simulation::act() {
  if (daemon_ == nullptr) return;
  Engine& engine = *daemon_->engine;
  const Actor actor{"maria", "because"};
  const auto ignore = [](Result<Nothing>) {};
  switch (dice_.between(1, 12)) {
    case 1: return engine.kill(some_job(), actor, ignore);
    case 2: return engine.hold(some_job(), actor, ignore);
    case 3: return engine.resume(some_job(), actor, ignore);
    case 4: return engine.requeue(some_job(), actor, ignore);
    case 5: return dice_.pick(clusters_)->go_away(dice_.between(1000, 70'000));
    case 6:
      return engine.mark_cluster(dice_.pick(clusters_)->name(),
                                 dice_.one_in(2) ? "cordoned" : "", actor, ignore);
    case 7:
      if (dice_.one_in(3)) crash_wanted_ = true;
      return;
    default: return submit();
  }
}

void Simulation::plan_people() {
  const std::int64_t acts = dice_.between(10, 60);
  for (std::int64_t i = 0; i < acts; ++i)
    timeline_.plan(dice_.between(0, kChaosMs), Timeline::kWorld, [this] { act(); });
}

// From here on nothing goes wrong and nobody holds anything.
void Simulation::calm_down() {
  cluster_faults_ = {};
  journal_faults_ = {};
  settle();
}

// People tidy up from time to time until all has ended.
void Simulation::settle() {
  if (daemon_ != nullptr) {
    Engine& engine = *daemon_->engine;
    for (const auto& cluster : clusters_)
      engine.mark_cluster(cluster->name(), "", {"root", "done"}, [](Result<Nothing>) {});
    for (const Job& job : disk_.unfinished()) {
      if (timeline_.now_ms() > kChaosMs + 600'000) {
        engine.kill(job.id, {"root", "the end"}, [](Result<Nothing>) {});
      } else if (job.held) {
        engine.resume(job.id, {"root", "the end"}, [](Result<Nothing>) {});
      }
    }
  }
  timeline_.plan(60'000, Timeline::kWorld, [this] { settle(); });
}

Amounts Simulation::live_in(const std::string& pool) const {
  Amounts total;
  for (const auto& cluster : clusters_) {
    for (const auto& [key, workload] : cluster->workloads()) {
      if (workload.pool != pool || !workload.is_live()) continue;
      total.cpu_milli += workload.amounts.cpu_milli;
      total.gpu_milli += workload.amounts.gpu_milli;
    }
  }
  return total;
}

void Simulation::check() {
  std::map<std::string, int> live;
  for (const auto& cluster : clusters_) {
    for (const auto& [key, workload] : cluster->workloads()) {
      if (workload.is_live() && ++live[key.job] > 1) fail("two live workloads of " + key.job);
      const auto job = disk_.jobs.find(key.job);
      if (job == disk_.jobs.end()) {
        fail("a workload of a job that is not stored: " + key.job);
      } else if (is_terminal(job->second.phase) && workload.is_live() &&
                 job->second.attempt.number == key.attempt) {
        fail("job " + key.job + " has ended, but its workload lives");
      }
    }
    for (const ReportedPool& pool : cluster->pools()) {
      const ReportedShape& shape = pool.shapes[0];
      const Amounts used = live_in(pool.name);
      if (used.cpu_milli > shape.nodes * shape.cpu_milli ||
          used.gpu_milli > shape.nodes * shape.gpu_milli)
        fail("pool " + pool.name + " is over its capacity");
    }
  }
  for (const std::string& id : acknowledged_) {
    if (disk_.jobs.count(id) == 0) fail("acknowledged job " + id + " is lost");
  }
}

void Simulation::check_end() {
  for (const auto& [id, job] : disk_.jobs) {
    if (!is_terminal(job.phase))
      fail("job " + id + " never ended: " + std::string(phase_name(job.phase)));
    if (job.phase != Phase::kSucceeded) continue;
    ++outcome_.succeeded;
    bool really = false;
    for (const auto& cluster : clusters_) really |= cluster->has_ever_succeeded(id);
    if (!really) fail("job " + id + " succeeded, but nothing of it ever did");
  }
  for (const auto& cluster : clusters_) {
    if (!cluster->workloads().empty())
      fail("left behind on " + cluster->name() + ": " +
           cluster->workloads().begin()->first.job);
  }
  if (daemon_ == nullptr) return fail("the daemon is down at the end");
  for (const PoolView& pool : daemon_->engine->pools()) {
    if (pool.free != pool.capacity) fail("the ledger still holds room in " + pool.name);
  }
  outcome_.jobs = static_cast<std::int64_t>(disk_.jobs.size());
}

Outcome Simulation::run() {
  try {
    boot();
    plan_people();
    timeline_.plan(kChaosMs, Timeline::kWorld, [this] { calm_down(); });
    while (outcome_.broken_rule.empty() && timeline_.step()) {
      ++outcome_.steps;
      check();
      if (crash_wanted_ && daemon_ != nullptr) crash();
      crash_wanted_ = false;
      const bool is_quiet = timeline_.now_ms() > kChaosMs + 120'000 && daemon_ != nullptr &&
                            disk_.unfinished().empty() && daemon_->engine->unfinished() == 0;
      if (timeline_.now_ms() > kQuietMs || is_quiet) break;
    }
    if (outcome_.broken_rule.empty()) check_end();
  } catch (const std::logic_error& broken) {
    fail(broken.what());
  }
  return outcome_;
}

}  // namespace berth::sim
