#define _GNU_SOURCE
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool make_cgroup(const char* path, struct cgroup* cgroup) {
  *cgroup = (struct cgroup){.leaf = {.folder = -1}, .events = -1};
  if (path == NULL) return true;
  if (!make_leaf(path, &cgroup->leaf)) return false;
  cgroup->events = openat(cgroup->leaf.folder, "cgroup.events", O_RDONLY | O_CLOEXEC);
  if (cgroup->events >= 0) return true;
  int error = errno;  // version 1: it would never say that all are gone
  remove_leaf(&cgroup->leaf);
  cgroup->leaf.folder = -1;
  errno = error;
  return false;
}

void kill_cgroup(const struct cgroup* cgroup) {
  if (cgroup->leaf.folder < 0) return;
  int file = openat(cgroup->leaf.folder, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;  // before Linux 5.14; the walk over descendants does it
  ssize_t written = write(file, "1", 1);
  (void)written;
  close(file);
}

bool is_populated(const struct cgroup* cgroup) {
  // Through the very descriptor that is polled: reading it takes the event away.
  return cgroup->events >= 0 && find_field(cgroup->events, "populated") != 0;
}
