#define _GNU_SOURCE
#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol.h"
#include "status.h"

static void become_a_session_of_our_own(void) {
  pid_t pid = fork();
  if (pid < 0) refuse("cannot fork: %s", strerror(errno));
  if (pid > 0) _exit(0);
  setsid();
}

static void keep_only_the_two_pipes(void) {
  if (close_range(kStatusDescriptor + 1, ~0U, 0) != 0) {
    refuse("cannot close inherited descriptors: %s", strerror(errno));
  }
  int null = open("/dev/null", O_RDWR);
  if (null < 0) refuse("cannot open /dev/null: %s", strerror(errno));
  for (int standard = 0; standard <= 2; ++standard) dup2(null, standard);
  if (null > kStatusDescriptor) close(null);
  fcntl(kRequestDescriptor, F_SETFD, FD_CLOEXEC);
  fcntl(kStatusDescriptor, F_SETFD, FD_CLOEXEC);
}

// Only the control FIFO ends a supervisor: whoever stops berthd by signal means berthd.
static void ignore_signals(void) {
  static const int kIgnored[] = {SIGPIPE, SIGHUP,  SIGINT,  SIGTERM, SIGQUIT,
                                 SIGALRM, SIGUSR1, SIGUSR2, SIGXFSZ};
  for (size_t i = 0; i < sizeof kIgnored / sizeof kIgnored[0]; ++i) {
    signal(kIgnored[i], SIG_IGN);
  }
  signal(SIGCHLD, SIG_DFL);
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  sigprocmask(SIG_SETMASK, &child_ended, NULL);  // read from a signalfd
}

mode_t detach_from_caller(void) {
  if (fcntl(kRequestDescriptor, F_GETFD) < 0 || fcntl(kStatusDescriptor, F_GETFD) < 0) exit(2);
  become_a_session_of_our_own();
  keep_only_the_two_pipes();
  ignore_signals();
  // Orphans of the job come to us rather than to init: none is ever lost from sight.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    refuse("cannot become the reaper of the job's orphans: %s", strerror(errno));
  }
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // a job of our own uid must not trace us
  return umask(077);
}
