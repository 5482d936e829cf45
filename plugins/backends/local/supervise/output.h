// What the job prints, kept in segments: segment k holds bytes [k*S, (k+1)*S) of the stream, in
// file %08d of k. The first and the newest seven stay, so offsets never change and readers can resume.
#ifndef BERTH_SUPERVISE_OUTPUT_H_
#define BERTH_SUPERVISE_OUTPUT_H_

#include <stdbool.h>
#include <stdint.h>

enum { kSegmentsMax = 8, kSegmentBytesMin = 4096 };

struct output {
  int pipe;  // -1 at end of file
  int folder;
  int segment;  // -1: not open
  uint64_t segment_number;
  uint64_t segment_bytes;
  uint64_t stream_bytes;   // all that the job printed
  uint64_t removed_bytes;  // of these, what was removed again for the limit
  uint64_t dropped_bytes;  // and what the disk did not take
};

// Makes the folder and notes S beside it. False with errno.
bool prepare_output(int member_folder, uint64_t limit_bytes, struct output* output);

// Takes what the pipe has, at most one buffer. A disk that fails never holds up the job: what it
// does not take is counted and lost. False: nothing was there.
bool drain_output(struct output* output);

// Takes what the pipe still holds when the whole tree is gone. Bounded: a writer may sit outside.
void drain_rest(struct output* output);

#endif  // BERTH_SUPERVISE_OUTPUT_H_
