#include "watched_member.hpp"

#include <sys/epoll.h>
#include <sys/syscall.h>

namespace berth {
namespace {

constexpr std::chrono::milliseconds kLookAgain{20};

}  // namespace

WatchedMember::WatchedMember(Reactor& reactor, RecordedMember member, MemberFolder folder,
                             Cgroup cgroup, std::vector<std::filesystem::path> leaves,
                             std::function<void()> changed)
    : reactor_(reactor),
      member_(std::move(member)),
      folder_(std::move(folder)),
      cgroup_(std::move(cgroup)),
      leaves_(std::move(leaves)),
      changed_(std::move(changed)) {}

void WatchedMember::look() {
  if (state_ == State::kEnded) return;
  switch (folder_.fate()) {
    case Fate::kOpen:
      break;
    case Fate::kCancelled:
      end_with(MemberEnd{.how = "cancelled"});
      break;
    case Fate::kStarted:
      look_at_started();
      break;
  }
}

void WatchedMember::look_at_usage() {
  if (state_ == State::kRunning) usage_ = read_usage(leaves_);
}

void WatchedMember::look_at_started() {
  if (state_ == State::kNotStarted) {
    state_ = State::kRunning;
    started_ms_ = folder_.fate_decided_ms();
  }
  if (supervisor_ended_) return;  // it lives; its end will be told
  // The record is looked for again once the lock was found free: it is written before that.
  if (const auto record = folder_.exit_record()) return end_with(*record);
  if (follow_supervisor()) return;
  if (const auto record = folder_.exit_record()) return end_with(*record);
  end_lost();
}

// The descriptor is taken first and the lock looked at then: while that is held, the process that
// the lock names is the one that the descriptor means.
bool WatchedMember::follow_supervisor() {
  const std::optional<LockHolder> holder = folder_.holder();
  if (!holder || holder->boot_id != current_boot_id()) return false;
  Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, holder->pid, 0)));
  if (!folder_.is_locked()) return false;
  if (!process) {  // out of descriptors, or a daemon that cannot see its processes
    look_again_in(kLookAgain);
    return true;
  }
  supervisor_ = std::move(process);
  supervisor_ended_ = reactor_.watch(supervisor_.number(), EPOLLIN, [this] {
    supervisor_ended_.end();
    look_and_tell();
  });
  return true;
}

void WatchedMember::end_with(const ExitRecord& record) {
  usage_ = record.used;
  end_with(MemberEnd{record.how, record.code, record.signal, record.message, record.ended_ms,
                     record.output_bytes, record.removed_bytes});
}

// The supervisor can end nothing any more. Until all that it left is gone, the member counts as
// running.
void WatchedMember::end_lost() {
  cgroup_.kill();
  if (cgroup_.is_populated()) return look_again_in(kLookAgain);
  end_with(
      MemberEnd{.how = "lost", .message = "its supervisor ended without leaving a record"});
}

void WatchedMember::end_with(MemberEnd end) {
  supervisor_ended_.end();
  supervisor_.close();
  timer_.end();
  state_ = State::kEnded;
  end_ = std::move(end);
}

void WatchedMember::look_again_in(std::chrono::milliseconds delay) {
  timer_ = reactor_.after(delay, [this] { look_and_tell(); });
}

void WatchedMember::look_and_tell() {
  const State before = state_;
  look();
  if (state_ != before) changed_();
}

}  // namespace berth
