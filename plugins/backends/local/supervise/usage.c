#include "usage.h"

static const uint64_t kNoLimit = 1ULL << 62;  // version 1 says "none" with a number beyond this

static void keep_larger(uint64_t* number, uint64_t other) {
  if (other > *number && other < kNoLimit) *number = other;
}

// Kills and refused forks are counted where they happen; by newer kernels of version 2, forks are
// where the limit stands.
void add_usage(const struct leaf* leaf, struct usage* usage) {
  keep_larger(&usage->oom_kills, read_field(leaf, "memory.events", "oom_kill"));
  keep_larger(&usage->oom_kills, read_field(leaf, "memory.oom_control", "oom_kill"));
  keep_larger(&usage->memory_bytes, read_number(leaf, "../memory.max"));
  keep_larger(&usage->memory_bytes, read_number(leaf, "../memory.limit_in_bytes"));
  keep_larger(&usage->memory_peak_bytes, read_number(leaf, "../memory.peak"));
  keep_larger(&usage->memory_peak_bytes, read_number(leaf, "../memory.max_usage_in_bytes"));
  keep_larger(&usage->forks_refused, read_field(leaf, "pids.events", "max"));
  keep_larger(&usage->forks_refused, read_field(leaf, "../pids.events", "max"));
  keep_larger(&usage->processes_max, read_number(leaf, "../pids.max"));
}
