// Names of jobs and of what is created for them.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace berth {

// "j" and 13 letters of lowercase base32: 16 bits of time (days, so that ids of one day lie near each
// other) and 49 of chance. A counter would let a lost or restored database adopt a stranger.
std::string new_job_id(const Stamp& now, Chance& chance);  // [any]

bool is_job_id(std::string_view text);  // [any]

// What an attempt's things are called on a cluster: "j7k2m9qx4t0ab-a1", a DNS label of at most 47
// characters. [any]
std::string attempt_name(std::string_view job_id, int attempt);

// May be the name of a job, project, owner, cluster or pool: letters, digits, "-", "_", ".", at most
// 63, beginning with a letter or digit. [any]
bool is_name(std::string_view text);

}  // namespace berth
