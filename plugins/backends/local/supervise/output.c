#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "protocol.h"

enum { kBufferBytes = 64 * 1024, kBuffersAfterEndMax = 64 };

bool prepare_output(int member_folder, uint64_t limit_bytes, struct output* output) {
  *output = (struct output){.pipe = -1, .folder = -1, .segment = -1};
  output->segment_bytes = limit_bytes / kSegmentsMax;
  if (output->segment_bytes < kSegmentBytesMin) output->segment_bytes = kSegmentBytesMin;
  if (mkdirat(member_folder, OUTPUT_FOLDER, 0700) != 0 && errno != EEXIST) return false;
  output->folder =
      openat(member_folder, OUTPUT_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  char text[32];
  snprintf(text, sizeof text, "%llu\n", (unsigned long long)output->segment_bytes);
  return output->folder >= 0 && write_record(member_folder, SEGMENT_BYTES_FILE, text);
}

static void name_segment(char name[32], uint64_t number) {
  snprintf(name, 32, "%08llu", (unsigned long long)number);
}

static void remove_the_oldest_but_first(struct output* output, uint64_t newest) {
  if (newest < kSegmentsMax) return;
  char name[32];
  name_segment(name, newest - (kSegmentsMax - 1));
  struct stat info;
  if (fstatat(output->folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (unlinkat(output->folder, name, 0) == 0) output->removed_bytes += (uint64_t)info.st_size;
}

// Opening is tried again for each piece: the disk may have room by then.
static bool open_segment(struct output* output, uint64_t number) {
  if (output->segment >= 0 && output->segment_number == number) return true;
  if (output->segment >= 0) close(output->segment);
  remove_the_oldest_but_first(output, number);
  char name[32];
  name_segment(name, number);
  output->segment =
      openat(output->folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  output->segment_number = number;
  return output->segment >= 0;
}

static size_t write_at(int segment, const char* bytes, size_t length, uint64_t position) {
  size_t done = 0;
  while (done < length) {
    ssize_t written = pwrite(segment, bytes + done, length - done, (off_t)(position + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    done += (size_t)written;
  }
  return done;
}

static void keep(struct output* output, const char* bytes, size_t length) {
  while (length > 0) {
    uint64_t position = output->stream_bytes % output->segment_bytes;
    uint64_t room = output->segment_bytes - position;
    size_t piece = length < room ? length : (size_t)room;
    size_t kept = 0;
    if (open_segment(output, output->stream_bytes / output->segment_bytes)) {
      kept = write_at(output->segment, bytes, piece, position);
    }
    output->dropped_bytes += piece - kept;
    output->stream_bytes += piece;
    bytes += piece;
    length -= piece;
  }
}

bool drain_output(struct output* output) {
  static char buffer[kBufferBytes];
  if (output->pipe < 0) return false;
  ssize_t length = read(output->pipe, buffer, sizeof buffer);
  if (length > 0) {
    keep(output, buffer, (size_t)length);
    return true;
  }
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  close(output->pipe);
  output->pipe = -1;
  return false;
}

void drain_rest(struct output* output) {
  for (int buffers = 0; buffers < kBuffersAfterEndMax && drain_output(output); ++buffers) {
  }
}
