// A cgroup of version 2 finds, ends and confirms all that a job started; no controller is needed.
// Those of version 1 are made and removed like it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace berth {

// A cgroup by its path; it may not exist, or the path may be empty: then it holds nothing. [any]
class Cgroup {
 public:
  Cgroup() = default;
  explicit Cgroup(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  bool make() const;  // with its parents; true when it is there
  bool is_populated() const;
  std::size_t count_processes() const;  // here and beneath
  std::vector<Cgroup> children() const;
  void kill() const;
  // With all beneath it; false while anything is in there.
  bool remove() const;

 private:
  std::filesystem::path path_;
};

}  // namespace berth
