// The member's own leaf in the cgroup v2 hierarchy, wherever that is mounted. No controller is
// needed: it is there to find, end and confirm the whole tree.
#ifndef BERTH_SUPERVISE_CGROUP_H_
#define BERTH_SUPERVISE_CGROUP_H_

#include <stdbool.h>
#include <sys/types.h>

#include "leaf.h"

struct cgroup {
  struct leaf leaf;  // its folder -1: the job has no cgroup, and every call below is harmless
  int events;        // poll it for POLLPRI: "populated" changed
};

// Makes the leaf; its parents are there. False with errno.
bool make_cgroup(const char* path, struct cgroup* cgroup);

// As fork(): the child is in the leaf from its first instruction, so whoever ends the cgroup ends it, too.
// `*is_inside` is false where the kernel cannot do that (before Linux 5.7), and the child has to enter.
pid_t fork_into(const struct cgroup* cgroup, bool* is_inside);

// Ends everything in it and beneath at once.
void kill_cgroup(const struct cgroup* cgroup);

bool is_populated(const struct cgroup* cgroup);

#endif  // BERTH_SUPERVISE_CGROUP_H_
