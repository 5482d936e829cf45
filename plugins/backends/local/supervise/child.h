// The job's own process.
#ifndef BERTH_SUPERVISE_CHILD_H_
#define BERTH_SUPERVISE_CHILD_H_

#include <stdbool.h>
#include <sys/types.h>

#include "cgroup.h"
#include "limits.h"
#include "request.h"

struct child {
  pid_t pid;
  int output;  // read end of the one pipe that is its standard output and error; non-blocking
  int report;  // says why the program could not be executed; empty when it could; non-blocking
};

// Forks it straight into the cgroup and under the limits. False with errno: nothing runs.
bool start_child(const struct request* request, const struct cgroup* cgroup,
                 const struct limits* limits, mode_t mask, struct child* child);

// Asked when the child has ended. True: the program was never executed; `code` is 126 or 127 as a
// shell would say, and the message names what failed.
bool was_not_executed(const struct child* child, int* code, char* message, size_t message_bytes);

#endif  // BERTH_SUPERVISE_CHILD_H_
