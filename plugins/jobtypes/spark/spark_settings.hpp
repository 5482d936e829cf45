// What a job's Spark is told, as names and values of spark-defaults.conf.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "spark_section.hpp"

namespace berth {

// Closed to strangers, of the sizes that were asked for, and the job's own conf; the secret and
// the machine's folders are added where it runs.
std::map<std::string, std::string> spark_settings(const SparkSection& spark);

std::int64_t whole_cores(const Group& group);

// How many GPUs each task of an executor takes, so that all of its cores have a share.
std::string gpus_of_a_task(const Group& executors);

}  // namespace berth
