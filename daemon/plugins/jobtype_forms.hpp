// The JSON that goes to job types and comes back. Errors of all: "BadAnswer", whose message goes on
// from "the answer ". [any]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "plugins/jobtype.hpp"

namespace berth {

std::string order_text(const RenderOrder& order);
std::string native_text(std::string_view format, const std::vector<Group>& groups,
                        std::string_view native_status);
std::string turn_text(const ProbeTurn& turn);

// What `validate` wrote.
struct Judgement {
  std::vector<Problem> problems;  // none: the request is good
  std::vector<Problem> notes;
};

Result<Judgement> read_judgement(std::string_view answer);
Result<std::vector<Group>> read_groups(std::string_view answer);
Result<std::string> read_workload(std::string_view answer);
Result<Observation> read_observation(std::string_view answer);
Result<ProbeStep> read_step(std::string_view answer);

}  // namespace berth
