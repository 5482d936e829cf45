#define _GNU_SOURCE
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
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

pid_t fork_into(const struct cgroup* cgroup, bool* is_inside) {
  *is_inside = true;
  if (cgroup->leaf.folder >= 0) {
    struct clone_args how = {.flags = CLONE_INTO_CGROUP,
                             .exit_signal = SIGCHLD,
                             .cgroup = (uint64_t)cgroup->leaf.folder};
    pid_t pid = (pid_t)syscall(SYS_clone3, &how, sizeof how);
    if (pid >= 0) return pid;
  }
  *is_inside = false;
  return fork();  // whatever was wrong with the cgroup, entering it says
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
