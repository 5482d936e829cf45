// Loaded before the C library (LD_PRELOAD): a disk that dies. The flush with the number in
// BERTH_FAIL_FLUSH of the store's files fails with EIO, as do all after it, and what the log had got
// since the last good flush is lost, as the kernel may drop what it could not write.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long flushes;
static atomic_llong good_log_size;  // at the last flush that worked

static int is_of_store(int fd, int *is_log) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = '\0';
  const char *name = strrchr(path, '/');
  if (name == NULL || strncmp(name, "/berth.db", 9) != 0) return 0;
  *is_log = strcmp(name, "/berth.db-wal") == 0;
  return 1;
}

static long failing_flush(void) {
  const char *text = getenv("BERTH_FAIL_FLUSH");
  return text == NULL ? 0 : atol(text);
}

static int lose(int fd, int is_log) {
  struct stat about;
  const long long good = atomic_load(&good_log_size);
  if (is_log && fstat(fd, &about) == 0 && about.st_size > good && ftruncate(fd, good) != 0)
    perror("failing_disk");
  errno = EIO;
  return -1;
}

static int flush(int fd, int (*real)(int)) {
  int is_log = 0;
  const long failing = failing_flush();
  if (failing == 0 || !is_of_store(fd, &is_log)) return real(fd);
  if (atomic_fetch_add(&flushes, 1) + 1 >= failing) return lose(fd, is_log);
  const int result = real(fd);
  struct stat about;
  if (is_log && result == 0 && fstat(fd, &about) == 0) atomic_store(&good_log_size, about.st_size);
  return result;
}

int fsync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return flush(fd, real);
}

int fdatasync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return flush(fd, real);
}
