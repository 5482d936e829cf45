// Leaves the caller: its session, its descriptors, its signals.
#ifndef BERTH_SUPERVISE_DETACH_H_
#define BERTH_SUPERVISE_DETACH_H_

#include <sys/types.h>

// Returns in a new process; the one that berthd started has ended, so berthd reaps it at once.
// Gives the caller's umask, which the job gets back; the supervisor's own is 077.
mode_t detach_from_caller(void);

#endif  // BERTH_SUPERVISE_DETACH_H_
