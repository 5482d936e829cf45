#define _GNU_SOURCE
#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

struct process {
  pid_t pid;
  pid_t parent;
  unsigned long long started;  // in ticks since boot: with the pid, a name that is not reused
  bool ours;
};

struct census {
  struct process* processes;
  size_t count;
  size_t room;
};

static bool read_process(pid_t pid, struct process* process) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[1024];
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return false;
  text[length] = '\0';
  char* after_name = strrchr(text, ')');  // a name may hold anything, also spaces and brackets
  if (after_name == NULL) return false;
  *process = (struct process){.pid = pid};
  static const char kStateParentToStarted[] =
      ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu";
  return sscanf(after_name, kStateParentToStarted, &process->parent, &process->started) == 2;
}

static bool add(struct census* census, const struct process* process) {
  if (census->count == census->room) {
    size_t room = census->room == 0 ? 256 : census->room * 2;
    struct process* grown = realloc(census->processes, room * sizeof *grown);
    if (grown == NULL) return false;
    census->processes = grown;
    census->room = room;
  }
  census->processes[census->count++] = *process;
  return true;
}

static int by_pid(const void* left, const void* right) {
  const struct process* a = left;
  const struct process* b = right;
  return (a->pid > b->pid) - (a->pid < b->pid);
}

static struct census take_census(void) {
  struct census census = {0};
  DIR* listing = opendir("/proc");
  if (listing == NULL) return census;
  for (struct dirent* entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
    pid_t pid = (pid_t)atoi(entry->d_name);
    struct process process;
    if (pid > 0 && read_process(pid, &process) && !add(&census, &process)) break;
  }
  closedir(listing);
  qsort(census.processes, census.count, sizeof *census.processes, by_pid);
  return census;
}

static bool has_parent_of_ours(const struct census* census, const struct process* process) {
  if (process->parent == getpid()) return true;
  struct process wanted = {.pid = process->parent};
  const struct process* parent =
      bsearch(&wanted, census->processes, census->count, sizeof wanted, by_pid);
  return parent != NULL && parent->ours;
}

static void mark_descendants(struct census* census) {
  for (bool found = true; found;) {
    found = false;
    for (size_t i = 0; i < census->count; ++i) {
      struct process* process = &census->processes[i];
      if (process->ours || !has_parent_of_ours(census, process)) continue;
      process->ours = found = true;
    }
  }
}

// Between census and signal the pid may have become a stranger's. A descriptor of the process,
// taken first and compared then, cannot.
static void signal_exactly(const struct process* process, int signal) {
  int descriptor = (int)syscall(SYS_pidfd_open, process->pid, 0);
  if (descriptor < 0) return;
  struct process now;
  if (read_process(process->pid, &now) && now.started == process->started) {
    syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
  }
  close(descriptor);
}

void signal_descendants(int signal) {
  struct census census = take_census();
  mark_descendants(&census);
  for (size_t i = 0; i < census.count; ++i) {
    if (census.processes[i].ours) signal_exactly(&census.processes[i], signal);
  }
  free(census.processes);
}
