// What is known of an attempt before anything of it runs; the file `meta` in its folder.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth {

struct AttemptKey {
  std::string job;
  int attempt = 0;

  std::string folder_name() const { return job + "-a" + std::to_string(attempt); }
  auto operator<=>(const AttemptKey&) const = default;
};

struct RecordedMember {
  std::string role;
  int replica = 0;
  bool is_main = false;
  std::string room;  // name of the member whose limits it has; empty: those of the whole attempt

  std::string name() const { return role + '-' + std::to_string(replica); }
  // Its cgroup beneath that of the attempt.
  std::filesystem::path place() const { return std::filesystem::path(room) / name(); }
};

// Holds no environment and no arguments: tokens are in those.
struct AttemptRecord {
  std::string instance;
  std::int64_t epoch = 0;
  AttemptKey key;
  std::string uid;     // nonce of this creation
  std::string cgroup;  // of the attempt, in version 2; empty: none
  std::vector<std::string> limit_cgroups;  // of the attempt, in each hierarchy of version 1
  uid_t user = 0;  // whose job it is, and so the shared folder
  gid_t group = 0;
  std::chrono::milliseconds grace{0};
  std::vector<RecordedMember> members;
};

// Where things are in an attempt's folder.
struct AttemptFolder {
  std::filesystem::path path;

  std::filesystem::path record() const { return path / "meta"; }
  std::filesystem::path tombstone() const { return path / "cancelled"; }  // no launch after it
  std::filesystem::path eviction() const { return path / "evicted"; }  // what it took too much of
  std::filesystem::path release() const { return path / "released"; }     // all is gone
  std::filesystem::path shared() const { return path / "shared"; }
  std::filesystem::path endpoints() const { return shared() / "endpoints.json"; }
  std::filesystem::path members() const { return path / "members"; }
  std::filesystem::path member(const std::string& name) const { return members() / name; }
};

// None when there is none that can be read.
std::optional<AttemptRecord> read_attempt_record(const AttemptFolder& folder);
// Throws std::system_error.
void write_attempt_record(const AttemptFolder& folder, const AttemptRecord& record);

}  // namespace berth
