#define _GNU_SOURCE
#include "limits.h"

#include <sys/resource.h>

enum { kOpenFiles = 65536 };  // more makes programs slow that close "all" descriptors one by one

bool make_limits(const char* const* paths, size_t count, struct limits* limits,
                 const char** failed) {
  *limits = (struct limits){0};
  for (size_t i = 0; i < count; ++i) {
    *failed = paths[i];
    if (!make_leaf(paths[i], &limits->leaves[i])) return false;
    limits->count = i + 1;
  }
  return true;
}

void remove_limits(struct limits* limits) {
  for (size_t i = 0; i < limits->count; ++i) remove_leaf(&limits->leaves[i]);
}

static void set_soft(int resource, rlim_t wanted) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return;
  limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
  setrlimit(resource, &limit);
}

void set_resource_limits(uint64_t processes_max) {
  set_soft(RLIMIT_NOFILE, kOpenFiles);
  set_soft(RLIMIT_CORE, 0);  // as large as the job's memory, and gone with its folder: who wants one
                             // raises it, the hard limit stays
  if (processes_max == 0) return;
  setrlimit(RLIMIT_NPROC, &(struct rlimit){.rlim_cur = processes_max, .rlim_max = processes_max});
}
