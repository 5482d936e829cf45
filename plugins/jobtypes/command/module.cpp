#include "command.hpp"

BERTH_MODULE(berth::define_jobtype<berth::Command>("command", "1.0.0", "Any program"))
