#define _GNU_SOURCE
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "protocol.h"
#include "status.h"

enum { kLockTriesMax = 250, kLockRetryMilliseconds = 20 };  // 5 s together

int open_member_folder(const char* path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) refuse("cannot open member folder %s: %s", path, strerror(errno));
  struct stat info;
  if (fstat(folder, &info) != 0) refuse("cannot inspect %s: %s", path, strerror(errno));
  if (info.st_uid != geteuid()) {
    refuse("member folder %s belongs to uid %u, not to %u", path, info.st_uid, geteuid());
  }
  if ((info.st_mode & 077) != 0) {
    refuse("member folder %s has mode %o; it must be 700", path, info.st_mode & 0777);
  }
  if (fchdir(folder) != 0) refuse("cannot enter %s: %s", path, strerror(errno));
  return folder;
}

bool fate_is_decided(int folder) {
  struct stat info;
  return fstatat(folder, FATE_FILE, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static void write_holder(int lock) {
  char boot_id[64] = "unknown\n";
  int source = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (source >= 0) {
    ssize_t length = read(source, boot_id, sizeof boot_id - 1);
    if (length > 0) boot_id[length] = '\0';
    close(source);
  }
  char line[128];
  int length = snprintf(line, sizeof line, "%d %d %s", kProtocolVersion, getpid(), boot_id);
  if (ftruncate(lock, 0) != 0 || pwrite(lock, line, (size_t)length, 0) != length ||
      fdatasync(lock) != 0) {
    refuse("cannot write " LOCK_FILE ": %s", strerror(errno));
  }
}

bool take_lock(int folder) {
  int lock = openat(folder, LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (lock < 0) refuse("cannot open " LOCK_FILE ": %s", strerror(errno));
  for (int tries = 0; flock(lock, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK && errno != EINTR) refuse("cannot lock: %s", strerror(errno));
    if (fate_is_decided(folder)) return false;
    if (tries == kLockTriesMax) refuse("another supervisor holds " LOCK_FILE " since 5 s");
    nanosleep(&(struct timespec){.tv_nsec = kLockRetryMilliseconds * 1000000L}, NULL);
  }
  // Before the holder's line is replaced: who ran a started job, in which boot, stays readable.
  if (fate_is_decided(folder)) return false;
  write_holder(lock);
  return true;
}

int open_control(int folder) {
  if (mkfifoat(folder, CONTROL_FILE, 0600) != 0 && errno != EEXIST) {
    refuse("cannot make " CONTROL_FILE ": %s", strerror(errno));
  }
  int control = openat(folder, CONTROL_FILE, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;
  if (control < 0 || fstat(control, &info) != 0) {
    refuse("cannot open " CONTROL_FILE ": %s", strerror(errno));
  }
  if (!S_ISFIFO(info.st_mode)) refuse(CONTROL_FILE " is no FIFO");
  return control;
}

void remove_control(int folder) { unlinkat(folder, CONTROL_FILE, 0); }

static bool write_whole(int file, const char* text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t written = write(file, text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text += written;
    length -= (size_t)written;
  }
  return ftruncate(file, lseek(file, 0, SEEK_CUR)) == 0 && fsync(file) == 0;
}

static bool write_durably(int folder, const char* name, const char* text) {
  // Not truncated first: the room that reserve_record() took must not be given back.
  int file = openat(folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return false;
  bool written = write_whole(file, text);
  int error = errno;
  close(file);
  errno = error;
  return written;
}

bool decide_to_start(int folder) {
  static const char kDraft[] = FATE_FILE ".new";
  if (!write_durably(folder, kDraft, "started\n")) {
    refuse("cannot write %s: %s", kDraft, strerror(errno));
  }
  bool first = linkat(folder, kDraft, folder, FATE_FILE, 0) == 0;
  int error = errno;
  unlinkat(folder, kDraft, 0);
  if (!first && error == EEXIST) return false;
  if (!first) refuse("cannot make " FATE_FILE ": %s", strerror(error));
  if (fsync(folder) != 0) {
    // It may or may not be on disk; nothing runs on a fate that a power loss could take back.
    unlinkat(folder, FATE_FILE, 0);
    refuse("cannot make " FATE_FILE " durable: %s", strerror(errno));
  }
  return true;
}

bool reserve_record(int folder, const char* name) {
  char draft[64];
  snprintf(draft, sizeof draft, "%s.new", name);
  int file = openat(folder, draft, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return false;
  int error = posix_fallocate(file, 0, kRecordBytesMax);
  close(file);
  errno = error;
  return error == 0;
}

bool write_record(int folder, const char* name, const char* text) {
  char draft[64];
  snprintf(draft, sizeof draft, "%s.new", name);
  return write_durably(folder, draft, text) && renameat(folder, draft, folder, name) == 0 &&
         fsync(folder) == 0;
}
