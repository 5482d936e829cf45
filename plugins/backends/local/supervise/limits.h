// What holds the member down: its leaves in version 1 hierarchies, beside the cgroup of version 2, and
// its resource limits. The numbers themselves are written by berthd, into the leaves' parents: those
// may be shared by several members.
#ifndef BERTH_SUPERVISE_LIMITS_H_
#define BERTH_SUPERVISE_LIMITS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "leaf.h"

enum { kLimitLeavesMax = 8 };

struct limits {
  struct leaf leaves[kLimitLeavesMax];
  size_t count;
};

// Makes the leaves; their parents are there. False with errno; `failed` is the path.
bool make_limits(const char* const* paths, size_t count, struct limits* limits,
                 const char** failed);

void remove_limits(struct limits* limits);

// Of the calling process, which is about to become the job. `processes_max` 0: as inherited.
void set_resource_limits(uint64_t processes_max);

#endif  // BERTH_SUPERVISE_LIMITS_H_
