// Showing the service manager that the loop turns.
#pragma once

#include "base/loop.hpp"

namespace berth {

// A loop that a plugin holds up shows nothing, and the manager replaces the process: nothing else
// could. Does nothing where no manager asked for it ($WATCHDOG_USEC). [loop]
void show_that_the_loop_turns(Loop& loop);

}  // namespace berth
