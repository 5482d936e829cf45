#define _GNU_SOURCE
#include "exit_record.h"

#include <stdio.h>
#include <time.h>

#include "folder.h"
#include "protocol.h"

enum { kWriteTriesMax = 60 };  // one a second

static void make_one_line(char* text) {
  for (; *text != '\0'; ++text) {
    if ((unsigned char)*text < ' ') *text = ' ';
  }
}

static void print_record(const struct exit_record* record, char* text, size_t text_bytes) {
  const struct usage* usage = &record->usage;
  snprintf(text, text_bytes,
           "version %d\nhow %s\ncode %d\nsignal %d\nmessage %s\nstarted_ms %lld\nended_ms %lld\n"
           "output_bytes %llu\nremoved_bytes %llu\ndropped_bytes %llu\noom_kills %llu\n"
           "memory_bytes %llu\nmemory_peak_bytes %llu\nforks_refused %llu\n"
           "processes_max %llu\n",
           kProtocolVersion, record->how, record->code, record->signal, record->message,
           (long long)record->started_ms, (long long)record->ended_ms,
           (unsigned long long)record->output_bytes, (unsigned long long)record->removed_bytes,
           (unsigned long long)record->dropped_bytes, (unsigned long long)usage->oom_kills,
           (unsigned long long)usage->memory_bytes, (unsigned long long)usage->memory_peak_bytes,
           (unsigned long long)usage->forks_refused, (unsigned long long)usage->processes_max);
}

void write_exit_record(int folder, struct exit_record* record) {
  char text[kRecordBytesMax];
  make_one_line(record->message);
  print_record(record, text, sizeof text);
  for (int tries = 0; tries < kWriteTriesMax; ++tries) {
    if (write_record(folder, EXIT_FILE, text)) return;
    nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
  }
}
