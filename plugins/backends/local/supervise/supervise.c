// berth-supervise MEMBER_FOLDER: runs one member of a local job, outlives berthd, and leaves behind
// how it ended. The protocol is in README.md. `berth-supervise remove ...`: see remove.h.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "detach.h"
#include "exit_record.h"
#include "folder.h"
#include "protocol.h"
#include "remove.h"
#include "request.h"
#include "status.h"
#include "watch.h"

// The fate was decided by another: says so and leaves everything as it is.
static _Noreturn void leave_to_the_decider(void) {
  tell_status(STATUS_DECIDED);
  _exit(0);
}

// The daemon died or gave up before its go: the launch may be repeated as if it had not been tried.
static _Noreturn void leave_untried(int folder) {
  remove_control(folder);
  _exit(0);
}

static int open_child_signals(void) {
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  int descriptor = signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) refuse("cannot await children: %s", strerror(errno));
  return descriptor;
}

static void say_started(void) {
  tell_status(STATUS_STARTED);
  close(kRequestDescriptor);
  close(kStatusDescriptor);
}

static bool start(const struct request* request, mode_t mask, struct watch* watch,
                  struct exit_record* record) {
  const char* step = "make cgroup";
  const char* what = request->cgroup;
  bool started = make_cgroup(request->cgroup, &watch->cgroup) &&
                 make_limits(request->limit_cgroups, request->limit_cgroup_count, &watch->limits,
                             &what);
  if (started) {
    step = "start a process in";
    what = request->cgroup == NULL ? "its own session" : request->cgroup;
    started = start_child(request, &watch->cgroup, &watch->limits, mask, &watch->child);
  }
  if (!started) {
    snprintf(record->message, sizeof record->message, "cannot %s %.600s: %s", step, what,
             strerror(errno));
    record->how = "exec_failed";
    record->code = 126;
  }
  return started;
}

static void describe_end(const struct watch* watch, struct exit_record* record) {
  int status = watch->child_status;
  record->how = WIFSIGNALED(status) ? "signaled" : "exited";
  if (watch->was_commanded) record->how = "stopped";
  record->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  record->code = WIFSIGNALED(status) ? 128 + record->signal : WEXITSTATUS(status);
  if (was_not_executed(&watch->child, &record->code, record->message, sizeof record->message)) {
    record->how = "exec_failed";
  }
  record->ended_ms = watch->ended_ms;
  record->output_bytes = watch->output.stream_bytes;
  record->removed_bytes = watch->output.removed_bytes;
  record->dropped_bytes = watch->output.dropped_bytes;
}

// All is gone: what the cgroups counted is kept, they are not.
static void end_limits(struct watch* watch, struct usage* usage) {
  add_usage(&watch->cgroup.leaf, usage);
  for (size_t i = 0; i < watch->limits.count; ++i) add_usage(&watch->limits.leaves[i], usage);
  remove_limits(&watch->limits);
  remove_leaf(&watch->cgroup.leaf);
}

static void run(int folder, struct request* request, mode_t mask, struct watch* watch) {
  struct exit_record record = {.started_ms = wall_clock_ms()};
  watch->grace_ms = request->grace_ms;
  bool started = start(request, mask, watch, &record);
  forget_request(request);
  say_started();
  record.ended_ms = record.started_ms;
  if (started) {
    watch->output.pipe = watch->child.output;
    watch_until_gone(watch);
    drain_rest(&watch->output);
    describe_end(watch, &record);
  }
  end_limits(watch, &record.usage);
  write_exit_record(folder, &record);
}

int main(int argument_count, char** arguments) {
  if (argument_count == 5 && strcmp(arguments[1], REMOVE_WORD) == 0) {
    return remove_contents(arguments[2], arguments[3], arguments[4]);
  }
  if (argument_count != 2) return 2;
  mode_t mask = detach_from_caller();
  int folder = open_member_folder(arguments[1]);
  if (fate_is_decided(folder) || !take_lock(folder)) leave_to_the_decider();
  struct watch watch = {.control = open_control(folder), .child_signals = open_child_signals()};
  tell_status(STATUS_LOCKED);

  struct request request;
  if (!read_request(kRequestDescriptor, &request)) leave_untried(folder);
  // All that may fail for want of room fails before the fate is decided.
  if (!prepare_output(folder, request.output_limit_bytes, &watch.output) ||
      !reserve_record(folder, EXIT_FILE)) {
    refuse("cannot prepare the member folder: %s", strerror(errno));
  }
  if (!await_go(kRequestDescriptor)) leave_untried(folder);
  if (!decide_to_start(folder)) leave_to_the_decider();
  run(folder, &request, mask, &watch);
  return 0;
}
