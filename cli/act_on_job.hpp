// Kill, hold, resume, requeue: one word to berthd about each of some jobs.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace berth {

// `verb` as the socket has it ("kill"). All are tried; what it exits with is the first that failed.
int run_act_on_jobs(Context& context, const std::string& verb, const std::vector<std::string>& jobs,
                    const std::string& reason);

// As above for a cluster: "cordon", "uncordon", "drain", "forget".
int run_act_on_cluster(Context& context, const std::string& verb, const std::string& cluster,
                       const std::string& reason);

// "error: a reason is required: berth kill j7k2mbqx4tuvwx --reason \"...\""
int fail_without_reason(Context& context, const std::string& verb,
                        const std::vector<std::string>& names);

}  // namespace berth
