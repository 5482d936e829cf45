#include "spark.hpp"

BERTH_MODULE(berth::define_jobtype<berth::Spark>("spark", "1.0.0",
                                                 "A Spark application on a cluster of its own"))
