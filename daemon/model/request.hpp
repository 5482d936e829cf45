// A job request as it comes over the wire: the part that every job has. A type's own section is the
// business of its plugin.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "model/job.hpp"

namespace berth {

inline constexpr std::int64_t kPriorityLeast = -1000;
inline constexpr std::int64_t kPriorityMost = 1000;
inline constexpr std::int64_t kPriorityDefault = 50;
inline constexpr std::int64_t kPreferenceWeightMax = 100;  // the least is 1, also the default
inline constexpr std::int64_t kRetryLimitMax = 1000;

struct Request {
  std::string bytes;  // exactly as sent
  std::string name;   // its type's, if the request gives none
  // Without groups: the job type says those. In one order, without repetitions, so that equal wants
  // are an equal class: `requires.labels` are In-expressions, each label of `prefers` a preference.
  JobClass wanted;
  std::int64_t priority = kPriorityDefault;
  std::vector<std::pair<std::string, std::string>> labels;
  std::int64_t start_deadline_ms = -1;  // -1: the site's default, as for the next ones; 0: none
  std::int64_t run_deadline_ms = -1;
  std::int64_t retry_limit = -1;
  std::vector<std::string> retry_on;  // empty: the site's default
  OnClusterLost on_cluster_lost = OnClusterLost::kWait;
  std::int64_t ttl_after_finished_ms = -1;
  bool strict = false;  // refuse at the door what no known pool could ever take
};

// "apiVersion/kind" of the objects that are known, to the job type that takes them.
using Manifests = std::map<std::string, std::string>;

// `job_types` are the sections that a request may have besides its common fields; it must have that
// of its own type and no other, or instead of it a `manifest`: an object that says by its apiVersion
// and kind of which type it is. A field that is null counts as absent.
// Errors: "BadRequest" with one detail per wrong field, or for text that is no JSON object, has a
// key twice, nests deeper than 64, or is no UTF-8. [io]
Result<Request> parse_request(std::string_view json, const std::vector<std::string>& job_types,
                              const Manifests& manifests = {});

}  // namespace berth
