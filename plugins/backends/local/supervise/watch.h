// From the start of the job to the moment when nothing of it is left.
#ifndef BERTH_SUPERVISE_WATCH_H_
#define BERTH_SUPERVISE_WATCH_H_

#include <stdbool.h>
#include <stdint.h>

#include "cgroup.h"
#include "child.h"
#include "limits.h"
#include "output.h"

enum effort { kLetRun, kStop, kKill };

struct watch {
  struct child child;
  struct cgroup cgroup;
  struct limits limits;
  struct output output;
  int control;
  int child_signals;  // signalfd
  uint64_t grace_ms;

  enum effort effort;
  bool was_commanded;  // a stop or kill came before the child's end
  int64_t kill_at_ms;  // monotonic: the end of the grace, then the next kill
  int64_t kill_every_ms;
  bool child_ended;
  bool no_children;
  int child_status;  // as of waitpid
  int64_t ended_ms;  // wall clock
};

int64_t wall_clock_ms(void);

// Drains output, obeys the control FIFO, ends what the child leaves behind. Returns when the cgroup
// is empty and no descendant is left; that may take as long as the kernel holds a process.
void watch_until_gone(struct watch* watch);

#endif  // BERTH_SUPERVISE_WATCH_H_
