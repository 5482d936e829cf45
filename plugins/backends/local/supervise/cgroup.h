// The member's own leaf in the cgroup v2 hierarchy, wherever that is mounted. No controller is
// needed: it is there to find, end and confirm the whole tree.
#ifndef BERTH_SUPERVISE_CGROUP_H_
#define BERTH_SUPERVISE_CGROUP_H_

#include <stdbool.h>
#include <stdint.h>

struct cgroup {
  int folder;  // -1: the job has no cgroup, and every call below is harmless
  int events;  // poll it for POLLPRI: "populated" changed
  const char* path;
};

// Makes the leaf; its parents are there. False with errno.
bool make_cgroup(const char* path, struct cgroup* cgroup);

// Opens cgroup.procs for the child to enter, -1 without a cgroup.
int open_procs(const struct cgroup* cgroup);

// Ends everything in it and beneath at once.
void kill_cgroup(const struct cgroup* cgroup);

bool is_populated(const struct cgroup* cgroup);

// How often the kernel ended something in it for want of memory; 0 without a memory controller.
uint64_t count_oom_kills(const struct cgroup* cgroup);

// Removes it with all beneath, trying for up to a second. What stays is left to berthd.
void remove_cgroup(struct cgroup* cgroup);

#endif  // BERTH_SUPERVISE_CGROUP_H_
