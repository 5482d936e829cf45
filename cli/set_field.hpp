// `--set ray.workers[0].replicas=4`: one field of a job, changed on the way to berthd.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/error.hpp"

namespace berth {

// Names are joined by dots ("\." is a dot within a name), [n] picks from a list and may add one at
// its end; what is missing on the way is made. The value is read as YAML is: 4 is a number, "4" and
// no are texts, [a, b] a list. Errors: "BadSet", quoting the assignment. [any]
Result<nlohmann::json> with_field_set(nlohmann::json request, const std::string& assignment);

}  // namespace berth
