// The folder that a member's supervisor keeps; see supervise/README.md for every file in it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "member_usage.hpp"

namespace berth {

enum class Fate { kOpen, kStarted, kCancelled };

struct LockHolder {
  pid_t pid = 0;
  std::string boot_id;
};

struct ExitRecord {
  std::string how;  // exited, signaled, exec_failed, stopped
  int code = 0;
  int signal = 0;
  std::string message;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::int64_t output_bytes = 0;   // all that it printed
  std::int64_t removed_bytes = 0;  // of these, what was removed again for the limit
  MemberUsage used;
};

std::optional<ExitRecord> parse_exit_record(std::string_view text);

// The id of the boot that this machine is in.
std::string current_boot_id();

// Reads what is on disk at this moment; nothing is kept. [any]
class MemberFolder {
 public:
  explicit MemberFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  void make() const;  // throws std::system_error
  Fate fate() const;
  // When it was decided, which is when a started member was started.
  std::int64_t fate_decided_ms() const;
  // Writes the tombstone unless the fate is decided. After it, it is. Throws std::system_error.
  void give_up() const;
  // Whether a supervisor lives.
  bool is_locked() const;
  // Who took the lock last; to be believed only while it is held and the fate is `kStarted`.
  std::optional<LockHolder> holder() const;
  std::optional<ExitRecord> exit_record() const;
  // False: nobody is there to read it.
  bool send(std::string_view command) const;

 private:
  std::filesystem::path path_;
};

}  // namespace berth
