// From a placed job to a call of its cluster, and back: creating and undoing.
#pragma once

#include <functional>
#include <string>

#include "base/loop.hpp"
#include "model/job.hpp"
#include "plugins/backend.hpp"
#include "plugins/jobtype.hpp"

namespace berth {

// What every launch of this daemon shares. The references outlive each call.
struct LaunchDesk {
  Loop& loop;
  Workers& workers;
  std::string instance;
  std::function<std::string(const std::string& job)> request;  // its stored bytes; called on a worker
};

// Renders the job's workload on a worker and hands it to the backend. The answer comes on the loop; a
// request that cannot be rendered is a permanent failure SubmissionFailed. [loop]
void launch(const LaunchDesk& desk, const Job& job, const std::string& token,
            const JobType& jobtype, Backend& backend, BackendDone done);

// Asks the backend to end and remove everything of the job's attempt. [loop]
void release(const Job& job, Backend& backend, BackendDone done);

// The format in which this job type and backend understand each other; empty: none.
std::string common_format(const JobType& jobtype, const Backend& backend);

}  // namespace berth
