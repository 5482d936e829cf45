// What a job wants, in a line.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace berth {

// "1 cpu 1Gi", "2 cpu 1 gpu H100|A100": of one member of a group, or of anything that has
// cpu_milli, memory_bytes, gpu_milli and perhaps skus; "nothing" for nothing.
std::string amounts_text(const nlohmann::json& amounts);

// "head 1 cpu 4Gi, 2 gpu x 1 cpu 1 gpu H100" of a job's groups.
std::string groups_text(const nlohmann::json& groups);

// "ray-pi (ray, project eta, owner eta-team): head 1 cpu, 2 workers x 1 cpu 1 gpu H100"
std::string job_title(const nlohmann::json& job);

}  // namespace berth
