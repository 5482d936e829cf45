// The jobs that are submitted: like those of a sweep, each with an argument and a name of its own.
#pragma once

#include <cstdint>
#include <string>

namespace berth::bench {

// JSON of job `number`, always of the same length for a given `shapes`. Jobs of `shapes` shapes
// differ in the memory that they ask for.
std::string sample_job(std::int64_t number, std::int64_t shapes);

}  // namespace berth::bench
