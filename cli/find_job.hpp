// Jobs by what a person types: an id, the beginning of one, or a name.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cli/context.hpp"

namespace berth {

// All jobs that fit the query's values, page after page, at most `limit` (0: all of them).
Result<std::vector<nlohmann::json>> list_jobs(
    Context& context, std::vector<std::pair<std::string, std::string>> query, std::size_t limit);

// The id. What is no whole id is looked for among the unfinished jobs and the newest others.
// Errors: "NotFound"; "Ambiguous", naming some that it could be; those of asking.
Result<std::string> find_job(Context& context, const std::string& reference);

}  // namespace berth
