// The job that a path names, and what is known of it beyond its row.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/call.hpp"
#include "control/control.hpp"
#include "model/job.hpp"
#include "status/job_json.hpp"

namespace berth {

// As last committed. Errors: "NotFound". [io]
Result<Job> find_job(Control& control, const std::string& id);

// The same, for what not everybody may do. Errors: and "Forbidden". [io]
Result<Job> find_job_to_act_on(Control& control, const Call& call);

// How much of that user's jobs the caller may see. [any]
Sight sight_of(const Control& control, const Principal& who, uid_t submitter);

// Asks the loop why those of `jobs` that wait do so; `then` runs on an I/O thread. [io]
void with_pending_reasons(Control& control, const std::vector<std::shared_ptr<const Job>>& jobs,
                          std::function<void(const PendingReasons&)> then);

// Appends a line `{"job": ...}` for each, as `who` may see it. [any]
void append_job_lines(std::string& out, const std::vector<std::shared_ptr<const Job>>& jobs,
                      const PendingReasons& reasons, const Control& control, const Principal& who);

// The sequence of the newest event there is. [io]
std::int64_t last_sequence(Control& control);

}  // namespace berth
