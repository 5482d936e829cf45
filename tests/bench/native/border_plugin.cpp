// The measured filter as a plugin.
#include "native/border_filter.hpp"

BERTH_MODULE(berth::define_filter<berth::bench::Roomy>("bench.roomy", "1.0.0",
                                                       "Room for GPUs and CPUs"))
