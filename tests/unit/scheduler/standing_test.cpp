// What is remembered between decisions changes none of them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "deciding.hpp"
#include "scheduler/decision_record.hpp"

namespace berth {
namespace {

// Never where the pool is too small, not now where it is too full.
class RoomFilter final : public Filter {
 public:
  const std::string& instance() const override { return name_; }
  bool filter(const berth_batch& batch, berth_verdict* verdicts) override {
    for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
      const berth_pool& pool = *batch.pools[i];
      const std::int64_t wanted = batch.job->cpu_milli;
      verdicts[i] = {};
      if (wanted > pool.cpu_capacity_milli)
        verdicts[i] = {BERTH_NEVER, 1, BERTH_UNIT_MILLI, 0, wanted, pool.cpu_capacity_milli};
      else if (wanted > pool.cpu_free_milli)
        verdicts[i] = {BERTH_NOT_NOW, 2, BERTH_UNIT_MILLI, 0, wanted, pool.cpu_free_milli};
      ++asked;
    }
    return true;
  }
  ReasonText explain(const berth_verdict& verdict) const override {
    return {verdict.reason == 1 ? "ExceedsCpu" : "Full",
            std::to_string(verdict.want) + " of " + std::to_string(verdict.have)};
  }

  int asked = 0;  // pools

 private:
  std::string name_ = "room";
};

// Opens some pools in one second and others in the next, and to some priorities alone.
class HoursFilter final : public Filter {
 public:
  const std::string& instance() const override { return name_; }
  bool filter(const berth_batch& batch, berth_verdict* verdicts) override {
    for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
      const auto turn = batch.job->now_ms / 1000 + batch.job->priority + batch.pools[i]->name;
      verdicts[i] = {};
      if (turn % 4 == 0) verdicts[i] = {BERTH_BY_POLICY, 7, 0, 0, 0, 0};
    }
    return true;
  }
  ReasonText explain(const berth_verdict&) const override { return {"Closed", ""}; }

 private:
  std::string name_ = "hours";
};

// Free room beside that of the emptiest pool asked about: a score depends on the whole batch.
class RelativeScorer final : public Scorer {
 public:
  const std::string& instance() const override { return name_; }
  bool score(const berth_batch& batch, double* scores) override {
    std::int64_t most = 1;
    for (std::uint64_t i = 0; i < batch.pool_count; ++i)
      most = std::max(most, batch.pools[i]->cpu_free_milli);
    for (std::uint64_t i = 0; i < batch.pool_count; ++i)
      scores[i] = static_cast<double>(batch.pools[i]->cpu_free_milli) / static_cast<double>(most);
    return true;
  }

 private:
  std::string name_ = "relative";
};

// Two schedulers before one fleet: one remembers, the other is new for each decision.
class Twins {
 public:
  Twins(int pools, OnBusy on_busy) : plan_(plan(pools)), table_(plan_.site(), interns_) {
    for (const char* cluster : {"west", "east"}) {
      report(cluster);
      table_.set_cluster_state(cluster, BERTH_CLUSTER_READY);
    }
    Profile profile;
    profile.name = "default";
    profile.on_busy = on_busy;
    room = std::make_shared<RoomFilter>();
    profile.filters = {{std::make_shared<HoursFilter>(), {}}, {room, {}}};
    profile.scorers = {{std::make_shared<RelativeScorer>(), 2, {}}};
    policy_.profiles = {profile};
    remembering_ = std::make_unique<Scheduler>(plan_.site(), interns_, policy_);
    for (const int cpu : {1, 3, 9, 40}) classes_.push_back(a_job().wants({a_group(1, cpu)}).job());
  }

  void report(const std::string& cluster) {
    table_.report(cluster, plan_.reported_by(cluster), {"sim"});
  }
  void pass_seconds(int seconds) { now_ms_ += 1000 * seconds + 1; }
  void give_back(int which) {
    if (held_ == 0) return;
    table_.give_back({"j" + std::to_string(which % held_), 1});
  }

  // Decides with both, and places what they agree upon.
  void decide(int which, std::int64_t priority, bool is_excluded, bool is_reserved, Detail detail) {
    const Job& job = classes_[static_cast<std::size_t>(which) % classes_.size()];
    Asker asker;
    asker.wanted = job.wanted;
    asker.owner = job.owner;
    asker.priority = priority;
    asker.formats = {"sim"};
    if (is_excluded) asker.excluded_pools = {table_.setting(0).name};
    std::set<int> reserved;
    if (is_reserved) reserved.insert(table_.size() - 1);
    const Decision kept = timeless(remembering_->decide(asker, table_, reserved, now_ms_, detail));
    const Decision plain = timeless(forgetful().decide(asker, table_, reserved, now_ms_, detail));
    RC_ASSERT(kept == plain);
    if (!kept.placed) return;
    if (detail == Detail::kRecord) expect_that_the_record_tells_all(asker, reserved, kept);
    table_.take({"j" + std::to_string(held_++), 1}, table_.index_of(kept.pool), job.wanted->groups);
  }

  std::shared_ptr<RoomFilter> room;

 private:
  static SiteBuilder plan(int pools) {
    SiteBuilder plan = a_site();
    const char* owners[] = {"eta", "applied-ai", "ops", ""};
    for (int i = 0; i < pools; ++i)
      plan.with(a_pool("p" + std::to_string(i))
                    .on(i % 3 == 0 ? "east" : "west")
                    .owned_by(owners[i % 7 % 4])
                    .with_nodes(1 + i % 2)
                    .with_cpu(2 + i % 5 * 4));
    return plan;
  }
  Scheduler forgetful() const { return Scheduler(plan_.site(), interns_, policy_); }
  static Decision timeless(Decision decision) { return decision.took_ns = 0, decision; }

  void expect_that_the_record_tells_all(const Asker& asker, const std::set<int>& reserved,
                                        const Decision& recorded) const {
    const auto read = decode_decision(recorded.table, encode_moment(recorded));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read ==
              timeless(forgetful().decide(asker, table_, reserved, now_ms_, Detail::kTable)));
  }

  SiteBuilder plan_;
  Interns interns_;
  PoolTable table_;
  Policy policy_;
  std::unique_ptr<Scheduler> remembering_;
  std::vector<Job> classes_;
  std::int64_t now_ms_ = 1'800'000'000'000;
  int held_ = 0;
};

RC_GTEST_PROP(Standing, ChangesNoDecision, ()) {
  Twins twins(*rc::gen::inRange(1, 90), *rc::gen::element(OnBusy::kWait, OnBusy::kSpill));
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    const int what = *rc::gen::inRange(0, 20);
    if (what == 0) {
      twins.report(*rc::gen::element<std::string>("west", "east"));
    } else if (what == 1) {
      twins.pass_seconds(*rc::gen::inRange(0, 2));
    } else if (what < 6) {
      twins.give_back(*rc::gen::inRange(0, 100));
    } else {
      twins.decide(*rc::gen::inRange(0, 4), *rc::gen::inRange(0, 2), what == 6, what == 7,
                   what < 12 ? Detail::kAnswer : Detail::kRecord);
    }
  }
}

TEST(Standing, AsksAgainOnlyAboutWhatHasChanged) {
  Twins twins(80, OnBusy::kSpill);
  twins.decide(0, 1, false, false, Detail::kAnswer);
  twins.room->asked = 0;
  twins.decide(0, 1, false, false, Detail::kAnswer);  // the other twin asks about all
  const int by_both = twins.room->asked;
  twins.room->asked = 0;
  twins.decide(0, 1, true, false,
               Detail::kAnswer);  // both do: what this job fled is its own affair
  EXPECT_LT(by_both, twins.room->asked * 2 / 3);
}

TEST(Standing, ARecordThatIsNotOneIsAnError) {
  Twins twins(3, OnBusy::kSpill);
  for (const std::string& bytes : {std::string(), std::string("\x04", 1), std::string(40, '\xff'),
                                  std::string("\x02\x02", 2), std::string("{}")}) {
    EXPECT_FALSE(decode_decision(bytes, "\x02\x02\x02\x02\x02"));
  }
}

}  // namespace
}  // namespace berth
