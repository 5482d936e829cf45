// Cgroups of version 2: what finds, ends and confirms all that a job started. No controller is
// needed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

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
  void kill() const;
  // With all beneath it; false while anything is in there.
  bool remove() const;

 private:
  std::filesystem::path path_;
};

// The cgroup under which this process may make others, in the version 2 hierarchy that is mounted.
std::optional<std::filesystem::path> find_writable_cgroup();

}  // namespace berth
