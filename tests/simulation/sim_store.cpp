#include "sim_store.hpp"

#include <stdexcept>

#include "lifecycle/transitions.hpp"

namespace berth::sim {

void Disk::write(const Change& change) {
  if (change.mark) marks[change.mark->cluster] = *change.mark;
  sequence += static_cast<std::int64_t>(change.events.size());
  if (!change.job) return;
  const Job& next = *change.job;
  if (const auto before = jobs.find(next.id); before != jobs.end()) {
    if (change.accepted) throw std::logic_error("job " + next.id + " was accepted twice");
    if (!may_follow(before->second.phase, next.phase))
      throw std::logic_error("job " + next.id + " left a phase that absorbs");
    if (next.attempt.number < before->second.attempt.number)
      throw std::logic_error("job " + next.id + " went back to an older attempt");
  }
  jobs[next.id] = next;
  if (next.attempt.number > 0) attempts[{next.id, next.attempt.number}] = next.attempt;
  if (change.accepted && !change.accepted->idempotency_key.empty())
    keys[change.accepted->idempotency_key] = next.id;
}

std::vector<Job> Disk::unfinished() const {
  std::vector<Job> found;
  for (const auto& [id, job] : jobs) {
    if (!is_terminal(job.phase)) found.push_back(job);
  }
  return found;
}

bool SimJournal::lies_about(const Change& change) const {
  switch (lie_) {
    case Lie::kNone: return false;
    case Lie::kAnswersBeforeCommit: return true;
    case Lie::kIntentBeforeCommit: return change.job && change.job->phase == Phase::kLaunching;
  }
  return false;
}

void SimJournal::commit(Change change, std::function<void(const Committed&)> done) {
  if (lies_about(change)) {
    Committed lie;
    lie.sequence = disk_.sequence;
    timeline_.plan(0, incarnation_, [done = std::move(done), lie] { done(lie); });
    done = [](const Committed&) {};
  }
  queue_.push_back({std::move(change), std::move(done)});
  if (writing_) return;
  writing_ = true;
  timeline_.plan(dice_.between(1, 15), incarnation_, [this] { write_group(); });
}

Committed SimJournal::write_one(const Change& change) {
  Committed result;
  if (change.accepted) {
    const auto known = disk_.keys.find(change.accepted->idempotency_key);
    if (known != disk_.keys.end()) {
      result.outcome = Committed::Outcome::kRepeated;
      result.job_id = known->second;
      return result;
    }
  }
  if (faults_.refuse_one_in > 0 && dice_.one_in(faults_.refuse_one_in)) {
    result.outcome = Committed::Outcome::kRefused;
    result.message = "the disk is full";
    return result;
  }
  disk_.write(change);
  result.sequence = disk_.sequence;
  return result;
}

// A group is durable whole or not at all; the daemon may die before it, or after it and before a word.
void SimJournal::write_group() {
  writing_ = false;
  const bool crashes = faults_.crash_one_in > 0 && dice_.one_in(faults_.crash_one_in);
  if (crashes && dice_.one_in(2)) return crash_();
  std::deque<Queued> group;
  group.swap(queue_);
  std::vector<std::pair<std::function<void(const Committed&)>, Committed>> answers;
  for (Queued& queued : group) {
    Committed result = write_one(queued.change);
    answers.emplace_back(std::move(queued.done), std::move(result));
  }
  if (crashes) return crash_();
  timeline_.plan(dice_.between(0, 5), incarnation_, [answers = std::move(answers)] {
    for (const auto& [done, result] : answers) done(result);
  });
}

}  // namespace berth::sim
