#include "control/job_lookup.hpp"

#include <limits>

#include "base/text.hpp"
#include "control/ask_loop.hpp"

namespace berth {

Result<Job> find_job(Control& control, const std::string& id) {
  auto job = control.readers.borrow()->job(id);
  if (!job)
    return Error{"NotFound", "there is no job " + clean_utf8(id, 80) +
                                 "; finished jobs go when their ttl_after_finished has passed"};
  return std::move(*job);
}

Result<Job> find_job_to_act_on(Control& control, const Call& call) {
  auto job = find_job(control, call.names.at("id"));
  if (!job) return job;
  if (const auto allowed = control.rules.may_act(call.principal, job->uid); !allowed)
    return allowed.error();
  return job;
}

Sight sight_of(const Control& control, const Principal& who, uid_t submitter) {
  return control.rules.may_see_inside(who, submitter) ? Sight::kInside : Sight::kRow;
}

void with_pending_reasons(Control& control, const std::vector<std::shared_ptr<const Job>>& jobs,
                          std::function<void(const PendingReasons&)> then) {
  std::vector<std::string> waiting;
  waiting.reserve(jobs.size());
  for (const auto& job : jobs)
    if (job->phase == Phase::kPending) waiting.push_back(job->id);
  if (waiting.empty()) return then({});
  ask_loop(
      control,
      [waiting = std::move(waiting)](Engine& engine) { return engine.pending_reasons(waiting); },
      std::move(then));
}

void append_job_lines(std::string& out, const std::vector<std::shared_ptr<const Job>>& jobs,
                      const PendingReasons& reasons, const Control& control,
                      const Principal& who) {
  const Stamp now = control.clock.now();
  for (const auto& job : jobs) {
    out += "{\"job\":";
    append_job(out, *job, reasons, now, sight_of(control, who, job->uid));
    out += "}\n";
  }
}

std::int64_t last_sequence(Control& control) {
  constexpr auto kAfterAll = std::numeric_limits<std::int64_t>::max();
  return control.readers.borrow()->events("", kAfterAll, 1).last_sequence;
}

}  // namespace berth
