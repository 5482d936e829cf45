// A disk that fails when told to: SQLite's default way to files with two switches before it.
#pragma once

#include <atomic>

namespace berth {

struct DiskFlaws {
  std::atomic<bool> sync_fails{false};  // fsync answers EIO
  std::atomic<bool> is_full{false};     // no write finds room
  std::atomic<bool> reads_fail{false};
  std::atomic<int> refused_writes{0};  // may be awaited
};

// In the way of all files that SQLite opens while it lives. One at a time.
class FlawedDisk {
 public:
  FlawedDisk();
  ~FlawedDisk();
  FlawedDisk(const FlawedDisk&) = delete;
  FlawedDisk& operator=(const FlawedDisk&) = delete;

  DiskFlaws* operator->();
};

}  // namespace berth
