#include "ray.hpp"

BERTH_MODULE(berth::define_jobtype<berth::Ray>("ray", "1.0.0",
                                               "A Ray cluster, for an entrypoint or for clients"))
