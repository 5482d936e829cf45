#define _GNU_SOURCE
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { kRemoveTriesMax = 50, kRemoveRetryMilliseconds = 20, kDepthMax = 64 };

bool make_cgroup(const char* path, struct cgroup* cgroup) {
  *cgroup = (struct cgroup){.folder = -1, .events = -1};
  if (path == NULL) return true;
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return false;
  cgroup->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (cgroup->folder < 0) return false;
  // Also says whether this is a cgroup at all: another file system has no such file, and nothing of
  // it must be removed at the end.
  cgroup->events = openat(cgroup->folder, "cgroup.events", O_RDONLY | O_CLOEXEC);
  cgroup->path = strdup(path);
  if (cgroup->events >= 0 && cgroup->path != NULL) return true;
  int error = errno;
  close(cgroup->folder);
  cgroup->folder = -1;
  errno = error;
  return false;
}

int open_procs(const struct cgroup* cgroup) {
  if (cgroup->folder < 0) return -1;
  return openat(cgroup->folder, "cgroup.procs", O_WRONLY | O_CLOEXEC);
}

void kill_cgroup(const struct cgroup* cgroup) {
  if (cgroup->folder < 0) return;
  int file = openat(cgroup->folder, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;  // before Linux 5.14; the walk over descendants does it
  ssize_t written = write(file, "1", 1);
  (void)written;
  close(file);
}

// The number after `key` in a file of "key number" lines.
static uint64_t read_field(int file, const char* key) {
  char text[1024];
  ssize_t length = pread(file, text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = '\0';
  size_t key_length = strlen(key);
  for (char* line = text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, key, key_length) == 0 && line[key_length] == ' ') {
      return strtoull(line + key_length, NULL, 10);
    }
  }
  return 0;
}

bool is_populated(const struct cgroup* cgroup) {
  return cgroup->events >= 0 && read_field(cgroup->events, "populated") != 0;
}

uint64_t count_oom_kills(const struct cgroup* cgroup) {
  if (cgroup->folder < 0) return 0;
  int file = openat(cgroup->folder, "memory.events", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  uint64_t kills = read_field(file, "oom_kill");
  close(file);
  return kills;
}

// A job that may write here can have made cgroups of its own beneath.
static void remove_beneath(int parent, int depth) {
  DIR* listing = fdopendir(dup(parent));
  if (listing == NULL) return;
  rewinddir(listing);
  for (struct dirent* entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    int folder = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) continue;
    if (depth < kDepthMax) remove_beneath(folder, depth + 1);
    close(folder);
    unlinkat(parent, entry->d_name, AT_REMOVEDIR);
  }
  closedir(listing);
}

void remove_cgroup(struct cgroup* cgroup) {
  if (cgroup->folder < 0) return;
  remove_beneath(cgroup->folder, 0);
  for (int tries = 0; tries < kRemoveTriesMax; ++tries) {
    if (rmdir(cgroup->path) == 0 || errno != EBUSY) return;
    nanosleep(&(struct timespec){.tv_nsec = kRemoveRetryMilliseconds * 1000000L}, NULL);
  }
}
