#include "lifecycle/roster.hpp"

#include <functional>
#include <utility>

#include "lifecycle/world.hpp"

namespace berth {

// Of what mostly tells kinds apart; SameKind compares everything.
std::size_t Roster::HashKind::operator()(const Job& job) const {
  std::size_t hash = std::hash<const JobClass*>()(job.wanted.get());
  const auto add = [&](std::size_t value) { hash = hash * 31 + value; };
  add(job.uid);
  add(static_cast<std::size_t>(job.run_deadline_ms));
  add(std::hash<std::string>()(job.held_reason));
  return hash;
}

Roster::Roster() = default;
Roster::~Roster() = default;

bool Roster::may_rest(const Job& job) {
  return job.phase == Phase::kPending && job.attempt.number == 0 && !job.not_before;
}

Live* Roster::find(const std::string& id) {
  if (const auto found = awake_.find(id); found != awake_.end()) return found->second.get();
  const auto found = resting_.find(id);
  if (found == resting_.end()) return nullptr;
  Live& woken = add(unpack(id, found->second));
  Resting resting = std::move(found->second);
  resting_.erase(found);
  give_up(std::move(resting));
  return &woken;
}

std::optional<Job> Roster::look_at(const std::string& id) const {
  if (const auto found = awake_.find(id); found != awake_.end()) return found->second->job;
  const auto found = resting_.find(id);
  if (found == resting_.end()) return std::nullopt;
  return unpack(id, found->second);
}

Live& Roster::add(Job job) {
  auto live = std::make_unique<Live>();
  live->job = std::move(job);
  const std::string& id = live->job.id;
  return *awake_.emplace(id, std::move(live)).first->second;
}

Roster::Resting Roster::pack(Job job) {
  Resting resting{nullptr, std::move(job.name), std::exchange(job.priority, 0),
                  std::exchange(job.submitted, {})};
  job.id.clear();
  job.name.clear();
  auto kind = kinds_.find(job);
  if (kind == kinds_.end()) kind = kinds_.insert(std::make_shared<const Job>(std::move(job))).first;
  resting.kind = *kind;
  return resting;
}

void Roster::add_resting(const std::string& id, Resting resting) {
  resting_.emplace(id, std::move(resting));
}

void Roster::rest(const std::string& id) {
  const auto found = awake_.find(id);
  if (found == awake_.end()) return;
  Live& live = *found->second;
  if (live.is_changing || !live.wishes.empty() || !may_rest(live.job)) return;
  add_resting(id, pack(std::move(live.job)));
  awake_.erase(found);
}

void Roster::erase(const std::string& id) {
  if (awake_.erase(id) > 0) return;
  const auto found = resting_.find(id);
  if (found == resting_.end()) return;
  Resting resting = std::move(found->second);
  resting_.erase(found);
  give_up(std::move(resting));
}

Job Roster::unpack(const std::string& id, const Resting& resting) {
  Job job = *resting.kind;
  job.id = id;
  job.name = resting.name;
  job.priority = resting.priority;
  job.submitted = resting.submitted;
  return job;
}

// A kind that is of no other job any more, be it here or on its way to the store, goes with it.
void Roster::give_up(Resting resting) {
  constexpr long kItsAndTheSets = 2;
  if (resting.kind.use_count() == kItsAndTheSets) kinds_.erase(resting.kind);
}

}  // namespace berth
