// The whole daemon in one thread under one seed: submits, kills, outages, slow and repeated creates,
// crashes at any write, restarts. After every step the rules of safety are looked at.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "lifecycle/engine.hpp"
#include "sim_cluster.hpp"
#include "sim_store.hpp"
#include "sim_time.hpp"

namespace berth::sim {

// One rule broken on purpose, to prove that the simulation can fail.
enum class Sabotage {
  kNone,
  kAnswerBeforeCommit,       // the client gets its id before the job is durable
  kLaunchBeforeIntent,       // the cluster is asked before the intent is durable
  kGiveUpCreateInFlight,     // an attempt is given up while its create may still land
};

struct Outcome {
  std::string broken_rule;  // empty: none
  std::int64_t steps = 0;
  std::int64_t jobs = 0;
  std::int64_t succeeded = 0;
  std::int64_t restarts = 0;
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, Sabotage sabotage);
  ~Simulation();

  Outcome run();

 private:
  struct Incarnation;

  void boot();
  void crash();
  void plan_people();
  void act();
  void submit();
  void calm_down();
  void settle();
  void check();
  void check_end();
  void fail(const std::string& rule);
  Amounts live_in(const std::string& pool) const;
  std::string some_job();

  Dice dice_;
  Sabotage sabotage_;
  Timeline timeline_;
  Disk disk_;
  Site site_;
  JournalFaults journal_faults_;
  ClusterFaults cluster_faults_;
  std::vector<std::unique_ptr<SimCluster>> clusters_;
  std::unique_ptr<Incarnation> daemon_;
  int incarnations_ = 0;
  bool crash_wanted_ = false;
  std::set<std::string> acknowledged_;
  std::int64_t submits_ = 0;
  Outcome outcome_;
};

}  // namespace berth::sim
