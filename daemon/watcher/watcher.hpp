// What clusters say, turned into what it means for a job.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "model/job_class.hpp"
#include "plugins/backend.hpp"
#include "plugins/jobtype.hpp"

namespace berth {

// The job type reads a native status on a worker; the answer comes on the loop. [loop]
void interpret(Loop& loop, Workers& workers, const JobType& jobtype, const std::string& format,
               std::shared_ptr<const JobClass> wanted, std::string native_status,
               std::function<void(Result<Observation>)> done);

// Holds one conversation with a job's head: the job type says what to fetch, the backend fetches it,
// until the job type knows how many workers are ready. An answer that fetches is never given. [loop]
void ask_readiness(Loop& loop, Workers& workers, const JobType& jobtype, Backend& backend,
                   ProbeTurn turn, std::function<void(Result<ProbeStep>)> done);

// `status` (a JSON object) with the count of workers that the job's head gave. [any]
std::string with_workers(const std::string& status, int ready, int wanted);

}  // namespace berth
