#include "launch.hpp"

#include <algorithm>

namespace berth {
namespace {

using Stage = Supervisor::Stage;

// A supervisor waits up to 5 s for its predecessor.
constexpr std::chrono::seconds kLongestLaunch{20};

}  // namespace

void Launch::add(std::string name, const std::filesystem::path& program,
                 const std::filesystem::path& member_folder, std::string request) {
  members_.push_back(
      {std::move(name), std::make_unique<Supervisor>(reactor_, program, member_folder,
                                                     std::move(request), [this] { advance(); })});
}

void Launch::begin() {
  has_begun_ = true;
  deadline_ = reactor_.after(kLongestLaunch, [this] { abandon("supervisors did not answer"); });
  advance();
}

void Launch::abandon(std::string why) {
  using Kind = LaunchResult::Kind;
  finish({was_told_go_ ? Kind::kUnknown : Kind::kNotStarted, std::move(why)});
}

bool Launch::all_are_settled() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.supervisor->is_settled(); });
}

std::string Launch::first_complaint() const {
  for (const Member& member : members_) {
    if (member.supervisor->stage() == Stage::kRefused) {
      return member.name + ": " + member.supervisor->complaint();
    }
  }
  return {};
}

void Launch::go_when_all_wait() {
  const bool all_wait = std::all_of(members_.begin(), members_.end(), [](const Member& member) {
    return member.supervisor->stage() == Stage::kWaiting || member.supervisor->is_settled();
  });
  if (!all_wait) return;
  for (const Member& member : members_) {
    if (member.supervisor->stage() != Stage::kWaiting) continue;
    was_told_go_ = true;
    member.supervisor->go();
  }
}

void Launch::advance() {
  if (!has_begun_ || is_finished_) return;
  std::string complaint = first_complaint();
  if (!complaint.empty() && !was_told_go_) return abandon(std::move(complaint));
  if (!was_told_go_) go_when_all_wait();
  if (!all_are_settled()) return;
  if (complaint.empty()) return finish({});
  finish({LaunchResult::Kind::kUnknown, std::move(complaint)});
}

void Launch::finish(LaunchResult result) {
  if (is_finished_) return;
  is_finished_ = true;
  deadline_.end();
  for (const Member& member : members_) member.supervisor->hang_up();
  // Posted, because whoever hears it destroys this, and a supervisor may be calling.
  reactor_.post([done = std::move(done_), result = std::move(result)] { done(result); });
}

}  // namespace berth
