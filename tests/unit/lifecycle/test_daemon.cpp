#include "test_daemon.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

constexpr const char* kNoAnswer = "(no answer)";

}  // namespace

void DiaryJournal::commit(Change change, std::function<void(const Committed&)> done) {
  const Committed result = write(change);
  loop_.post([result, done = std::move(done)] { done(result); });
}

Committed DiaryJournal::write(const Change& change) {
  Committed result;
  const std::string key = change.accepted ? change.accepted->idempotency_key : "";
  if (const auto known = disk_.keys.find(key); known != disk_.keys.end()) {
    const bool is_same = bodies_[key] == change.accepted->body_hash;
    result.outcome = is_same ? Committed::Outcome::kRepeated : Committed::Outcome::kConflict;
    result.job_id = known->second;
    return result;
  }
  if (refuses(change)) {
    result.outcome = Committed::Outcome::kRefused;
    result.message = "the disk is full";
    return result;
  }
  disk_.write(change);
  if (!key.empty()) bodies_[key] = change.accepted->body_hash;
  events.insert(events.end(), change.events.begin(), change.events.end());
  if (change.decision)
    decisions[{change.job->id, change.decision->attempt}] = *change.decision;
  result.sequence = disk_.sequence;
  return result;
}

SiteBuilder the_usual_site() {
  SiteBuilder plan = a_site().with(a_pool("a")).with(a_pool("b"));
  ProbeSettings& probes = plan.site().probes;
  probes.health_every_ms = kProbeMs;
  probes.lost_after_ms = kLostMs;
  probes.offline_after_failures = 3;
  return plan;
}

TestDaemon::TestDaemon(const SiteBuilder& plan, OnNoMatch on_no_match)
    : plan(plan), on_no_match_(on_no_match) {
  for (const ClusterSetting& cluster : this->plan.site().clusters) {
    auto backend = std::make_unique<ScriptedBackend>(loop);
    backend->on_pools = [this, name = cluster.name] {
      BackendReply reply;
      reply.pools = this->plan.reported_by(name);
      return reply;
    };
    backends[cluster.name] = std::move(backend);
  }
  make_engine();
}

TestDaemon::~TestDaemon() = default;

Policy TestDaemon::policy() const {
  Profile profile;
  profile.name = "default";
  profile.filters = {{std::make_shared<sim::RoomFilter>(), {}}};
  profile.on_no_match = on_no_match_;
  Policy policy;
  policy.profiles = {profile};
  return policy;
}

void TestDaemon::make_engine() {
  interns_ = std::make_unique<Interns>();
  const auto request = [this](const std::string& job) {
    return std::string(unknown_jobs.count(job) > 0 ? "" : "{}");
  };
  Outside outside{loop,    loop,      loop,    chance_, journal,
                  request, *interns_, tokens_, "test",  kEpoch};
  std::map<std::string, Backend*> clusters;
  for (const auto& [name, backend] : backends) clusters[name] = backend.get();
  engine = std::make_unique<Engine>(std::move(outside), plan.site(), policy(), clusters,
                                    std::map<std::string, JobType*>{{"sim", &jobtype_}});
}

void TestDaemon::start() {
  std::vector<ClusterMark> marks;
  for (const auto& [name, mark] : disk.marks) marks.push_back(mark);
  engine->start(
      [&](const auto& take) {
        for (Job& job : disk.unfinished()) take(std::move(job));
      },
      std::move(marks));
  settle();
}

void TestDaemon::restart() {
  loop.forget_all();
  engine.reset();
  for (const auto& [name, backend] : backends) backend->forget_calls();
  make_engine();
  start();
}

Submission TestDaemon::submission_of(const JobBuilder& job) {
  Submission submission;
  submission.job = job.job();
  return submission;
}

Result<Submitted> TestDaemon::try_submit(Submission submission) {
  Result<Submitted> answer = Error{kNoAnswer, ""};
  engine->submit(std::move(submission), [&](Result<Submitted> said) { answer = std::move(said); });
  settle();
  return answer;
}

std::string TestDaemon::submit(const JobBuilder& job) {
  const Result<Submitted> answer = try_submit(submission_of(job));
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? answer->id : "";
}

std::string TestDaemon::run(const JobBuilder& job) {
  const std::string id = submit(job);
  tell(id, "running");
  EXPECT_EQ(phase(id), Phase::kRunning);
  return id;
}

std::string TestDaemon::ask(void (Engine::*wish)(const std::string&, const Actor&, Reply<Nothing>),
                            const std::string& id) {
  std::string answer = kNoAnswer;
  (engine.get()->*wish)(id, {"maria", "because"}, [&](Result<Nothing> said) {
    answer = said ? "" : said.error().code;
  });
  settle();
  return answer;
}

std::string TestDaemon::kill(const std::string& id) { return ask(&Engine::kill, id); }
std::string TestDaemon::hold(const std::string& id) { return ask(&Engine::hold, id); }
std::string TestDaemon::resume(const std::string& id) { return ask(&Engine::resume, id); }
std::string TestDaemon::requeue(const std::string& id) { return ask(&Engine::requeue, id); }

std::string TestDaemon::mark(const std::string& cluster, const std::string& state) {
  std::string answer = kNoAnswer;
  engine->mark_cluster(cluster, state, {"root", "because"}, [&](Result<Nothing> said) {
    answer = said ? "" : said.error().code;
  });
  settle();
  return answer;
}

void TestDaemon::tell(const std::string& id, const std::string& status) {
  backends.at(job(id).attempt.cluster)->tell(key(id), status);
  settle();
}

void TestDaemon::goes_away(const std::string& cluster) {
  ScriptedBackend& backend = *backends.at(cluster);
  backend.is_away = true;
  run_for(3 * kProbeMs);
}

void TestDaemon::comes_back(const std::string& cluster) {
  backends.at(cluster)->is_away = false;
  run_for(kProbeMs);
}

std::string TestDaemon::waits_for(const std::string& id) {
  const auto reasons = engine->pending_reasons({id});
  const auto found = reasons.find(id);
  return found == reasons.end() ? "" : found->second->reason;
}

std::vector<std::string> TestDaemon::story(const std::string& id) const {
  std::vector<std::string> kinds;
  for (const Event& event : journal.events) {
    if (event.job == id) kinds.push_back(event.kind);
  }
  return kinds;
}

std::int64_t TestDaemon::held_cpu() const {
  std::int64_t milli = 0;
  for (const PoolView& pool : engine->pools()) milli += pool.held.cpu_milli;
  return milli / 1000;
}

}  // namespace berth
