#define _GNU_SOURCE
#include "remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "identity.h"

enum {
  kDepthMax = 64,  // each level holds two descriptors
  kMoveTriesMax = 1000,
  kGiveUpAfterSeconds = 300,
};

static int top = -1;
static unsigned moved = 0;

// Never through a link, never into another file system: a user may have mounted his home there.
static int open_folder(int parent, const char* name) {
  struct open_how how = {
      .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
      .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
  };
  return (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
}

static int open_own_folder(int parent, const char* name) {
  int folder = open_folder(parent, name);
  if (folder < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0) {
    folder = open_folder(parent, name);
  }
  struct stat info;
  if (folder >= 0 && fstat(folder, &info) == 0 && (info.st_mode & 0700) != 0700) {
    fchmod(folder, 0700);
  }
  return folder;
}

// Too deep to go on with a descriptor for each level: it becomes an entry of the top, where a later
// pass finds it.
static bool move_to_top(int parent, const char* name) {
  char free_name[32];
  int folder = open_own_folder(parent, name);  // moving a folder writes to it
  if (folder >= 0) close(folder);
  for (int tries = 0; tries < kMoveTriesMax; ++tries) {
    snprintf(free_name, sizeof free_name, ".removed-%u", moved++);
    if (renameat2(parent, name, top, free_name, RENAME_NOREPLACE) == 0) return true;
    if (errno != EEXIST) return false;
  }
  return false;
}

static bool empty_folder(int folder, int depth);

// True: something was done.
static bool remove_folder(int parent, const char* name, int depth) {
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0) return true;
  if (errno != ENOTEMPTY && errno != EEXIST) return false;
  if (depth >= kDepthMax) return move_to_top(parent, name);
  int folder = open_own_folder(parent, name);
  if (folder < 0) return false;
  bool progress = empty_folder(folder, depth + 1);
  close(folder);
  return unlinkat(parent, name, AT_REMOVEDIR) == 0 || progress;
}

static bool empty_folder(int folder, int depth) {
  DIR* listing = fdopendir(dup(folder));
  if (listing == NULL) return false;
  rewinddir(listing);
  bool progress = false;
  for (struct dirent* entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
    const char* name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (unlinkat(folder, name, 0) == 0) {
      progress = true;
    } else if (errno == EISDIR && remove_folder(folder, name, depth)) {
      progress = true;
    }
  }
  closedir(listing);
  return progress;
}

static bool is_empty(int folder) {
  DIR* listing = fdopendir(dup(folder));
  if (listing == NULL) return false;
  rewinddir(listing);
  int entries = 0;
  while (entries < 3 && readdir(listing) != NULL) ++entries;
  closedir(listing);
  return entries == 2;
}

static bool read_id(const char* text, unsigned* id) {
  char* end = NULL;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  *id = (unsigned)value;
  return errno == 0 && end != text && *end == '\0' && *text != '-' && value < 0xFFFFFFFFUL;
}

// Opened with the caller's rights, as nobody else can enter what it lies in; used with the user's.
static int open_top(const char* path, uid_t uid) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;
  struct stat above;
  if (folder < 0 || fstat(folder, &info) != 0) return -1;
  char parent[4096];
  if (snprintf(parent, sizeof parent, "%s/..", path) >= (int)sizeof parent) return -1;
  bool is_mounted_over = stat(parent, &above) != 0 || above.st_dev != info.st_dev;
  return is_mounted_over || info.st_uid != uid ? -1 : folder;
}

int remove_contents(const char* folder, const char* uid_text, const char* gid_text) {
  unsigned uid = 0;
  unsigned gid = 0;
  if (!read_id(uid_text, &uid) || !read_id(gid_text, &gid)) return 2;
  close_range(3, ~0U, 0);
  alarm(kGiveUpAfterSeconds);
  top = open_top(folder, uid);
  if (top < 0) return 1;
  if (geteuid() == 0 && take_plain_identity(uid, gid) != NULL) return 2;
  fchmod(top, 0700);
  while (empty_folder(top, 0)) {
  }
  return is_empty(top) ? 0 : 1;
}
