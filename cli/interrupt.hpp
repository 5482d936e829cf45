// Ctrl-C while something is watched: it ends the watching and nothing else.
#pragma once

namespace berth {

// From now on Ctrl-C (and SIGTERM) only set the flag; a second one ends the program. Once.
void catch_interrupts();
bool was_interrupted();

}  // namespace berth
