// What berthd asks to be run: read whole, checked, and kept in one block of memory.
#ifndef BERTH_SUPERVISE_REQUEST_H_
#define BERTH_SUPERVISE_REQUEST_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity.h"

struct request {
  char* payload;  // owns every text below
  size_t payload_bytes;
  char** arguments;    // ends with NULL; at least one
  char** environment;  // ends with NULL; the whole environment of the job
  const char* directory;
  const char* cgroup;  // NULL: none
  const char** limit_cgroups;
  size_t limit_cgroup_count;
  uint64_t processes_max;  // of its user, on this machine; 0: no limit
  struct identity identity;
  uint64_t output_limit_bytes;
  uint64_t grace_ms;
};

// False: end of file, berthd died or gave up; nothing must run. A malformed request is refused.
bool read_request(int descriptor, struct request* request);

// Waits for the one byte that allows the start. False as above.
bool await_go(int descriptor);

// Wipes it: an environment may carry secrets and the supervisor lives long.
void forget_request(struct request* request);

#endif  // BERTH_SUPERVISE_REQUEST_H_
