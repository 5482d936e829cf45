#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity.h"

enum { kOutputPipeBytes = 1024 * 1024 };

static _Noreturn void report(int descriptor, const char* step, const char* what) {
  int error = errno;
  dprintf(descriptor, "%d %s %.600s: %s", error == ENOENT ? 127 : 126, step, what, strerror(error));
  _exit(error == ENOENT ? 127 : 126);
}

static void default_signals(void) {
  for (int number = 1; number <= SIGRTMAX; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// Without a cgroup nobody could find the tree after the supervisor's death; then at least the
// direct child goes with it. With a cgroup the daemon ends the tree and no such help is wanted.
static void die_with(pid_t supervisor) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != supervisor) _exit(126);
}

// Leaves the report alone open, as descriptor 3 that closes on exec.
static int close_all_but(int kept, int output) {
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) {
    report(kept, "cannot set up", "standard streams");
  }
  if (kept != 3 && dup2(kept, 3) < 0) report(kept, "cannot set up", "descriptors");
  fcntl(3, F_SETFD, FD_CLOEXEC);
  if (close_range(4, ~0U, 0) != 0) report(3, "cannot close", "descriptors");
  return 3;
}

static void enter(const struct leaf* leaf, int reports) {
  if (!enter_leaf(leaf)) report(reports, "cannot enter cgroup", leaf->path);
}

static _Noreturn void become_the_job(const struct request* request, const struct cgroup* cgroup,
                                     bool is_inside, const struct limits* limits, mode_t mask,
                                     pid_t supervisor, int output, int reports) {
  if (!is_inside) enter(&cgroup->leaf, reports);
  for (size_t i = 0; i < limits->count; ++i) enter(&limits->leaves[i], reports);
  set_resource_limits(request->processes_max);
  setsid();
  reports = close_all_but(reports, output);
  umask(mask);
  const char* failed = take_identity(&request->identity);
  if (failed != NULL) report(reports, "cannot", failed);
  if (cgroup->leaf.folder < 0) die_with(supervisor);  // a change of ids takes that wish back
  // From here on with the job's own rights: its folder and its program are what its user may use.
  if (chdir(request->directory) != 0) report(reports, "cannot enter", request->directory);
  default_signals();
  environ = request->environment;  // execvp searches the PATH of the job, not ours
  execvp(request->arguments[0], request->arguments);
  report(reports, "cannot run", request->arguments[0]);
}

bool start_child(const struct request* request, const struct cgroup* cgroup,
                 const struct limits* limits, mode_t mask, struct child* child) {
  int output[2];
  int reports[2];
  if (pipe2(output, O_CLOEXEC) != 0) return false;
  if (pipe2(reports, O_CLOEXEC) != 0) return false;
  fcntl(output[0], F_SETPIPE_SZ, kOutputPipeBytes);  // a wish; the default does as well
  fcntl(output[0], F_SETFL, O_NONBLOCK);
  fcntl(reports[0], F_SETFL, O_NONBLOCK);
  // As with a terminal of its own: /dev/stdout can be opened, by its user alone.
  const struct identity* who = &request->identity;
  if (who->has_uid && fchown(output[1], who->uid, who->gid) != 0) return false;
  pid_t supervisor = getpid();
  // A stop that comes before the child has its own signals again must wait for it, not be ignored as
  // the supervisor's are; `default_signals` lets it through.
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, &before);
  bool is_inside = false;
  child->pid = fork_into(cgroup, &is_inside);
  if (child->pid == 0) {
    signal(SIGTERM, SIG_DFL);
    become_the_job(request, cgroup, is_inside, limits, mask, supervisor, output[1], reports[1]);
  }
  int error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(output[1]);
  close(reports[1]);
  child->output = output[0];
  child->report = reports[0];
  errno = error;
  return child->pid > 0;
}

bool was_not_executed(const struct child* child, int* code, char* message, size_t message_bytes) {
  char text[1024];
  ssize_t length = read(child->report, text, sizeof text - 1);
  if (length <= 0) return false;
  text[length] = '\0';
  char* after_code = text;
  *code = (int)strtol(text, &after_code, 10);
  snprintf(message, message_bytes, "%s", after_code + (*after_code == ' '));
  return true;
}
