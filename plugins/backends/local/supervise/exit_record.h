// The last word on a job: how its direct child ended, written once everything else is gone.
#ifndef BERTH_SUPERVISE_EXIT_RECORD_H_
#define BERTH_SUPERVISE_EXIT_RECORD_H_

#include <stdint.h>

#include "usage.h"

struct exit_record {
  const char* how;  // exited, signaled, exec_failed, stopped
  int code;         // 128 + signal when a signal ended it: 0 is success and nothing else
  int signal;
  char message[1024];
  int64_t started_ms;
  int64_t ended_ms;
  uint64_t output_bytes;
  uint64_t removed_bytes;
  uint64_t dropped_bytes;
  struct usage usage;
};

// Tries for a minute: a full disk may get room. Without a record the job's end is unknown.
void write_exit_record(int folder, struct exit_record* record);

#endif  // BERTH_SUPERVISE_EXIT_RECORD_H_
