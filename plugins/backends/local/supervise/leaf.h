// A cgroup of the member's own, in any hierarchy of either version.
#ifndef BERTH_SUPERVISE_LEAF_H_
#define BERTH_SUPERVISE_LEAF_H_

#include <stdbool.h>
#include <stdint.h>

struct leaf {
  int folder;  // -1: there is none, and every call below is harmless
  const char* path;
};

// Makes it; its parents are there. False with errno.
bool make_leaf(const char* path, struct leaf* leaf);

// Puts the calling process there. False with errno.
bool enter_leaf(const struct leaf* leaf);

// The number in a file, and the one after `key` in a file of "key number" lines. `file` may lead to
// the parent: "../pids.max". 0 where there is none; "max" is none.
uint64_t read_number(const struct leaf* leaf, const char* file);
uint64_t read_field(const struct leaf* leaf, const char* file, const char* key);
// The latter of a file that is open.
uint64_t find_field(int file, const char* key);

// Removes it with all beneath, trying for up to a second. What stays is left to berthd.
void remove_leaf(struct leaf* leaf);

#endif  // BERTH_SUPERVISE_LEAF_H_
