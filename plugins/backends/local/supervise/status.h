// What the supervisor says to berthd before the start. A dead reader is no error: the folder tells
// the rest.
#ifndef BERTH_SUPERVISE_STATUS_H_
#define BERTH_SUPERVISE_STATUS_H_

// Writes one of the STATUS_ lines of protocol.h.
void tell_status(const char* line);

// Writes "X message" and ends the process with 1. Only before the fate is decided: nothing was run.
_Noreturn void refuse(const char* format, ...) __attribute__((format(printf, 1, 2)));

#endif  // BERTH_SUPERVISE_STATUS_H_
