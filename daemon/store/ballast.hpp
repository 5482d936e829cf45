// Room on the disk that is kept for the day it is full.
#pragma once

#include <cstdint>
#include <filesystem>

namespace berth {

// Where it lies: beside the store, or it would be on another disk.
std::filesystem::path ballast_file(const std::filesystem::path& store);

// A file that holds nothing but its size. Released when the disk is full, so that kills and ends
// can still be written. [store]
class Ballast {
 public:
  Ballast(std::filesystem::path file, std::int64_t size_bytes);

  // Takes the room if there is enough of it and some to spare, else leaves it. Returns is_held().
  bool take();
  void release();
  bool is_held() const { return held_; }

 private:
  bool fits() const;
  bool fill();

  std::filesystem::path file_;
  std::int64_t size_bytes_;
  bool held_ = false;
};

// For before anything else is opened: where the disk is full, the ballast makes room for a start.
// Returns true when it was given up.
bool give_up_ballast_of_full_disk(const std::filesystem::path& store);

// Less room than a start may take.
bool is_disk_full(const std::filesystem::path& folder);

}  // namespace berth
