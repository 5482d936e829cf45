// A member folder with a supervisor in it, driven as berthd drives one. For tests.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth {

struct MemberRequest {
  std::vector<std::string> arguments;
  std::vector<std::string> environment{"PATH=/usr/bin:/bin"};
  std::string cgroup;
  std::vector<std::string> limit_cgroups;
  std::uint64_t processes_max = 0;
  unsigned uid = 0;  // whose rights it has, where the supervisor is root's
  unsigned gid = 0;
  std::vector<unsigned> groups;
  bool no_new_privileges = true;
  std::uint64_t output_limit_bytes = 1 << 20;
  std::uint64_t grace_ms = 60'000;

  std::string as_payload(const std::filesystem::path& directory) const;
};

class SupervisedMember {
 public:
  SupervisedMember();
  ~SupervisedMember();
  SupervisedMember(const SupervisedMember&) = delete;
  SupervisedMember& operator=(const SupervisedMember&) = delete;

  // Starts a supervisor and gives the first line it says: "L", "F" or "X message".
  std::string start_supervisor();
  void send_request(const MemberRequest& request);
  void send_bytes(const std::string& bytes);
  void go();
  // Lets a job of another user work in its directory, as berthd does.
  void give_directory_to(unsigned uid);
  // As when berthd dies: its ends of both pipes close.
  void hang_up();
  // The next line of the status pipe; empty at its end.
  std::string next_status();
  // All of the above for a job that must start.
  void run(const MemberRequest& request);

  void command(const std::string& line);
  void await_lock_free();
  bool is_lock_free() const;
  pid_t supervisor_pid() const;

  std::filesystem::path folder() const { return root_ / "member"; }
  std::filesystem::path directory() const { return root_ / "work"; }
  // A FIFO in the job's directory: what the job writes is what the test waits for.
  std::filesystem::path signpost() const { return directory() / "signpost"; }
  int open_signpost() const;
  // Another, for the way back: the job waits until the test opens it with a line.
  std::filesystem::path gate() const { return directory() / "gate"; }
  void open_gate() const;

  bool exists(const std::string& name) const;
  std::string read(const std::string& name) const;
  std::map<std::string, std::string> exit_record() const;

 private:
  void spawn(int request_end, int status_end);

  std::filesystem::path root_;
  int request_ = -1;
  int status_ = -1;
};

// Reads one line, or up to end of file.
std::string read_line(int descriptor);
// Returns once the last writer of a pipe is gone.
std::string read_to_end(int descriptor);

// A fresh cgroup to hold members', in whatever cgroup v2 hierarchy this machine has, or in the version
// 1 hierarchy of a controller. Empty where none can be written.
std::optional<std::filesystem::path> make_cgroup_parent(const std::string& controller = "");

}  // namespace berth
