// How close a member came to its limits. Read by its supervisor at the end, by berthd meanwhile.
#ifndef BERTH_SUPERVISE_USAGE_H_
#define BERTH_SUPERVISE_USAGE_H_

#include <stdint.h>

#include "leaf.h"

// 0: not known, or no limit.
struct usage {
  uint64_t oom_kills;          // how often the kernel ended something of it for want of memory
  uint64_t memory_bytes;       // that it may use, with all who share its leaf's parent
  uint64_t memory_peak_bytes;  // that they used at most
  uint64_t forks_refused;
  uint64_t processes_max;
};

// What a leaf of the member and its parent tell: each hierarchy knows something else.
void add_usage(const struct leaf* leaf, struct usage* usage);

#endif  // BERTH_SUPERVISE_USAGE_H_
