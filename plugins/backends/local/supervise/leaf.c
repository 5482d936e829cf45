#define _GNU_SOURCE
#include "leaf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { kRemoveTriesMax = 50, kRemoveRetryMilliseconds = 20, kDepthMax = 64, kTextBytes = 1024 };

bool make_leaf(const char* path, struct leaf* leaf) {
  *leaf = (struct leaf){.folder = -1};
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return false;
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return false;
  // Says whether this is a cgroup at all: another file system has no such file, and nothing of it
  // must be removed at the end.
  const char* copy = strdup(path);
  if (copy == NULL || faccessat(folder, "cgroup.procs", F_OK, 0) != 0) {
    int error = errno;
    close(folder);
    errno = error;
    return false;
  }
  *leaf = (struct leaf){.folder = folder, .path = copy};
  return true;
}

bool enter_leaf(const struct leaf* leaf) {
  if (leaf->folder < 0) return true;
  int procs = openat(leaf->folder, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (procs < 0) return false;
  bool entered = write(procs, "0", 1) == 1;
  int error = errno;
  close(procs);
  errno = error;
  return entered;
}

static int open_file(const struct leaf* leaf, const char* name) {
  return leaf->folder < 0 ? -1 : openat(leaf->folder, name, O_RDONLY | O_CLOEXEC);
}

static bool read_text(int file, char text[kTextBytes]) {
  ssize_t length = pread(file, text, kTextBytes - 1, 0);
  if (length <= 0) return false;
  text[length] = '\0';
  return true;
}

uint64_t read_number(const struct leaf* leaf, const char* name) {
  int file = open_file(leaf, name);
  if (file < 0) return 0;
  char text[kTextBytes];
  uint64_t number = read_text(file, text) ? strtoull(text, NULL, 10) : 0;
  close(file);
  return number;
}

uint64_t read_field(const struct leaf* leaf, const char* name, const char* key) {
  int file = open_file(leaf, name);
  if (file < 0) return 0;
  uint64_t number = find_field(file, key);
  close(file);
  return number;
}

uint64_t find_field(int file, const char* key) {
  char text[kTextBytes];
  if (!read_text(file, text)) return 0;
  size_t key_length = strlen(key);
  for (char* line = text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, key, key_length) == 0 && line[key_length] == ' ') {
      return strtoull(line + key_length, NULL, 10);
    }
  }
  return 0;
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

void remove_leaf(struct leaf* leaf) {
  if (leaf->folder < 0) return;
  remove_beneath(leaf->folder, 0);
  for (int tries = 0; tries < kRemoveTriesMax; ++tries) {
    if (rmdir(leaf->path) == 0 || errno != EBUSY) return;
    nanosleep(&(struct timespec){.tv_nsec = kRemoveRetryMilliseconds * 1000000L}, NULL);
  }
}
