// A member of an attempt, followed to its end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "attempt_record.hpp"
#include "cgroup.hpp"
#include "descriptor.hpp"
#include "member_folder.hpp"
#include "member_usage.hpp"
#include "reactor.hpp"

namespace berth {

struct MemberEnd {
  std::string how;  // as in the exit record; or lost, cancelled
  int code = 0;
  int signal = 0;
  std::string message;
  std::int64_t ended_ms = 0;
  std::int64_t output_bytes = 0;
  std::int64_t removed_bytes = 0;  // of the output, for its limit
};

// Alive means that its supervisor holds its lock in this boot of the machine; a process id alone
// proves nothing. [reactor]
class WatchedMember {
 public:
  enum class State { kNotStarted, kRunning, kEnded };

  // `leaves` are all its cgroups; `cgroup` is the one of version 2, or none.
  WatchedMember(Reactor& reactor, RecordedMember member, MemberFolder folder, Cgroup cgroup,
                std::vector<std::filesystem::path> leaves, std::function<void()> changed);

  // Reads its folder. A member that runs is watched from then on; `changed` is called, but never
  // from here, when its state has.
  void look();
  // Reads what a running member has used by now. Of one that ended it is known.
  void look_at_usage();

  const RecordedMember& member() const { return member_; }
  const MemberFolder& folder() const { return folder_; }
  const Cgroup& cgroup() const { return cgroup_; }
  State state() const { return state_; }
  std::int64_t started_ms() const { return started_ms_; }
  const MemberEnd& end() const { return end_; }
  const MemberUsage& usage() const { return usage_; }
  // Whether nothing of it is left: it ended, or was given up, and its cgroup is empty.
  bool is_gone() const { return state_ == State::kEnded && !cgroup_.is_populated(); }

 private:
  void look_at_started();
  bool follow_supervisor();
  void end_with(const ExitRecord& record);
  void end_lost();
  void end_with(MemberEnd end);
  void look_again_in(std::chrono::milliseconds delay);
  void look_and_tell();

  Reactor& reactor_;
  RecordedMember member_;
  MemberFolder folder_;
  Cgroup cgroup_;
  std::vector<std::filesystem::path> leaves_;
  std::function<void()> changed_;
  State state_ = State::kNotStarted;
  std::int64_t started_ms_ = 0;
  MemberEnd end_;
  MemberUsage usage_;
  Descriptor supervisor_;
  Subscription supervisor_ended_;
  Subscription timer_;
};

}  // namespace berth
