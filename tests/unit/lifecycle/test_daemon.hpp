// The engine with a disk, clusters that do what the test says, and virtual time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lifecycle/engine.hpp"
#include "simulation/sim_plugins.hpp"
#include "simulation/sim_store.hpp"
#include "support/builders.hpp"
#include "support/scripted_backend.hpp"
#include "support/virtual_loop.hpp"

namespace berth {

// Writes each change at once and says so on the loop. The disk holds every change to the rules of a
// job's life.
class DiaryJournal final : public Journal {
 public:
  DiaryJournal(Loop& loop, sim::Disk& disk) : loop_(loop), disk_(disk) {}
  void commit(Change change, std::function<void(const Committed&)> done) override;

  // Changes that find no room on the disk.
  std::function<bool(const Change&)> refuses = [](const Change&) { return false; };
  std::vector<Event> events;
  std::map<AttemptKey, DecisionRecord> decisions;

 private:
  Committed write(const Change& change);

  Loop& loop_;
  sim::Disk& disk_;
  std::map<std::string, std::string> bodies_;  // idempotency key to body hash
};

// One cluster "west" with the pools "a" and "b" of 16 cpu each, tried in that order; deadlines and
// periods as in kProbeMs and the like.
SiteBuilder the_usual_site();

inline constexpr std::int64_t kProbeMs = 1000;
inline constexpr std::int64_t kLostMs = 60'000;
inline constexpr std::int64_t kEpoch = 7;

class TestDaemon {
 public:
  explicit TestDaemon(const SiteBuilder& plan = the_usual_site(),
                      OnNoMatch on_no_match = OnNoMatch::kWait);
  ~TestDaemon();

  // The site's clusters answer, unless a test told them otherwise before.
  void start();
  // Dies without a word and starts again on the same disk.
  void restart();
  void run_for(std::int64_t ms) { loop.run_for(ms); }
  void settle() { loop.settle(); }

  // Fails the test when it is refused.
  std::string submit(const JobBuilder& job);
  // Submitted, launched, and said to run.
  std::string run(const JobBuilder& job);
  Result<Submitted> try_submit(Submission submission);
  static Submission submission_of(const JobBuilder& job);

  // "" when granted, else the error's code.
  std::string kill(const std::string& id);
  std::string hold(const std::string& id);
  std::string resume(const std::string& id);
  std::string requeue(const std::string& id);
  std::string mark(const std::string& cluster, const std::string& state);

  // The newest attempt's workload is now as `status` says: running, ok, bad or lost.
  void tell(const std::string& id, const std::string& status);
  void goes_away(const std::string& cluster);
  void comes_back(const std::string& cluster);

  const Job& job(const std::string& id) const { return disk.jobs.at(id); }
  Phase phase(const std::string& id) const { return job(id).phase; }
  AttemptKey key(const std::string& id) const { return {id, job(id).attempt.number}; }
  std::string waits_for(const std::string& id);  // the reason
  std::vector<std::string> story(const std::string& id) const;  // kinds of its events
  std::int64_t held_cpu() const;                                // in all pools
  ScriptedBackend& west() { return *backends.at("west"); }
  ScriptedBackend& east() { return *backends.at("east"); }

  SiteBuilder plan;
  VirtualLoop loop;
  sim::Disk disk;
  DiaryJournal journal{loop, disk};
  std::map<std::string, std::unique_ptr<ScriptedBackend>> backends;
  std::unique_ptr<Engine> engine;

  std::set<std::string> unknown_jobs;  // that the store never had

 private:
  void make_engine();
  Policy policy() const;
  std::string ask(void (Engine::*wish)(const std::string&, const Actor&, Reply<Nothing>),
                  const std::string& id);

  OnNoMatch on_no_match_;
  sim::Dice chance_{1};
  std::unique_ptr<Interns> interns_;
  Tokens tokens_{"key"};
  sim::SimJobType jobtype_;
};

}  // namespace berth
