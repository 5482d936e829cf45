// A job request as it comes over the wire: the part that every job has. A type's own section is the
// business of its plugin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/job.hpp"

namespace berth {

struct Request {
  std::string bytes;  // exactly as sent
  std::string name;
  JobClass wanted;  // without groups: the job type says those
  std::int64_t priority = 0;
  std::vector<std::pair<std::string, std::string>> labels;
  std::int64_t start_deadline_ms = -1;  // -1: the site's default, as for the next ones
  std::int64_t run_deadline_ms = -1;
  std::int64_t retry_limit = -1;
  std::vector<std::string> retry_on;
  OnClusterLost on_cluster_lost = OnClusterLost::kWait;
  std::int64_t ttl_after_finished_ms = -1;
  bool strict = false;  // refuse at the door what no known pool could ever take
};

// The sections that a request may have besides its common fields, for the nearest right name.
// Errors: "BadRequest" with one detail per wrong field, or for text that is no JSON object, has a key
// twice, nests deeper than 64, or is no UTF-8. [io]
Result<Request> parse_request(std::string_view json, const std::vector<std::string>& job_types);

}  // namespace berth
