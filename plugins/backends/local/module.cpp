#include "local_backend.hpp"

BERTH_MODULE(berth::define_backend<berth::LocalBackend>("local", "1.0.0",
                                                        "Jobs as processes of this machine"))
