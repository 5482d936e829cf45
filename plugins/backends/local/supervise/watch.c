#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tree.h"

enum { kKillAgainMillisecondsMin = 20, kKillAgainMillisecondsMax = 1000 };

static int64_t clock_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t wall_clock_ms(void) { return clock_ms(CLOCK_REALTIME); }

static void begin_kill(struct watch* watch) {
  if (watch->effort == kKill) return;
  watch->effort = kKill;
  watch->kill_every_ms = kKillAgainMillisecondsMin;
  watch->kill_at_ms = clock_ms(CLOCK_MONOTONIC);
}

static void begin_stop(struct watch* watch) {
  if (watch->effort != kLetRun) return;
  watch->effort = kStop;
  watch->kill_at_ms = clock_ms(CLOCK_MONOTONIC) + (int64_t)watch->grace_ms;
  signal_descendants(SIGTERM);
}

static void forget_signals(int child_signals) {
  struct signalfd_siginfo information[8];
  ssize_t length = read(child_signals, information, sizeof information);
  (void)length;
}

static void note_end(struct watch* watch, int status) {
  watch->child_ended = true;
  watch->child_status = status;
  watch->ended_ms = wall_clock_ms();
}

// Signals merge, so every dead child is collected each time, also orphans that came to us.
static void reap(struct watch* watch) {
  int status = 0;
  pid_t pid = 0;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == watch->child.pid) note_end(watch, status);
  }
  watch->no_children = pid < 0 && errno == ECHILD;
}

static void obey(struct watch* watch, const char* command) {
  bool stop = strcmp(command, "stop") == 0;
  bool kill = strcmp(command, "kill") == 0;
  if (!stop && !kill) return;  // a newer daemon's word
  if (!watch->child_ended) watch->was_commanded = true;
  if (stop) begin_stop(watch);
  if (kill) begin_kill(watch);
}

// A writer's line of up to PIPE_BUF bytes arrives in one piece.
static void obey_control(struct watch* watch) {
  char text[4096];
  ssize_t length = read(watch->control, text, sizeof text - 1);
  if (length <= 0) return;
  text[length] = '\0';
  reap(watch);  // a child that had ended by itself was not stopped by this command
  char* rest = text;
  for (char* line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
    obey(watch, line);
  }
}

static bool is_gone(const struct watch* watch) {
  return watch->child_ended && watch->no_children && !is_populated(&watch->cgroup);
}

static void kill_again(struct watch* watch) {
  kill_cgroup(&watch->cgroup);
  signal_descendants(SIGKILL);
  watch->kill_at_ms = clock_ms(CLOCK_MONOTONIC) + watch->kill_every_ms;
  watch->kill_every_ms *= 2;
  if (watch->kill_every_ms > kKillAgainMillisecondsMax) {
    watch->kill_every_ms = kKillAgainMillisecondsMax;
  }
}

// What the child leaves behind is killed; during a stop it keeps the rest of the grace.
static void press_on(struct watch* watch) {
  if (is_gone(watch)) return;
  if (watch->child_ended && watch->effort == kLetRun) begin_kill(watch);
  if (watch->effort == kLetRun || clock_ms(CLOCK_MONOTONIC) < watch->kill_at_ms) return;
  begin_kill(watch);
  kill_again(watch);
}

static int next_timeout_ms(const struct watch* watch) {
  if (watch->effort == kLetRun) return -1;
  int64_t left = watch->kill_at_ms - clock_ms(CLOCK_MONOTONIC);
  if (left < 0) return 0;
  return left > 60000 ? 60000 : (int)left;
}

static void wait_and_serve(struct watch* watch) {
  struct pollfd polled[] = {
      {.fd = watch->child_signals, .events = POLLIN},
      {.fd = watch->control, .events = POLLIN},
      {.fd = watch->output.pipe, .events = POLLIN},
      {.fd = watch->child_ended ? watch->cgroup.events : -1, .events = POLLPRI},
  };
  if (poll(polled, sizeof polled / sizeof polled[0], next_timeout_ms(watch)) <= 0) return;
  if (polled[0].revents != 0) forget_signals(watch->child_signals);
  if (polled[1].revents != 0) obey_control(watch);
  if (polled[2].revents != 0) drain_output(&watch->output);
}

void watch_until_gone(struct watch* watch) {
  reap(watch);
  while (!is_gone(watch)) {
    wait_and_serve(watch);
    reap(watch);
    press_on(watch);
  }
}
