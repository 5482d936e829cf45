// A job as people see it: where it is, and why.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/job.hpp"
#include "model/refusal.hpp"
#include "status/json_text.hpp"
#include "status/sight.hpp"

namespace berth {

// Appends a row of a list. A waiting job's reason is the fresh one when `reasons` has it. [any]
void append_job(std::string& out, const Job& job, const PendingReasons& reasons, const Stamp& now,
                Sight sight);
// The same row, to add to.
Json job_json(const Job& job, const PendingReasons& reasons, const Stamp& now, Sight sight);

// What a job wants of each group. [any]
Json groups_json(const std::vector<Group>& groups);

// One launch of a job. [any]
Json attempt_json(const Attempt& attempt, Sight sight);

// The addresses that the newest attempt's processes gave: {"client": "127.0.0.1:1"}. Never a
// token. [any]
Json endpoints_json(const Attempt& attempt);

}  // namespace berth
