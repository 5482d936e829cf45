#include "attempt.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "attempt_cgroups.hpp"
#include "job_folder.hpp"
#include "member_log.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kMembersAtOnce = 16;
constexpr std::chrono::milliseconds kBetweenMembers{1};
constexpr std::chrono::milliseconds kLookAtRelease{20};
constexpr std::chrono::milliseconds kLookAtEndpoints{250};  // only where they cannot be watched
constexpr std::chrono::seconds kBeyondGrace{3};             // supervisors kill when it is over
constexpr std::chrono::seconds kBeyondKill{5};
constexpr std::size_t kEndpointsBytesMax = 64 * 1024;
constexpr std::size_t kEndpointsMax = 64;
constexpr std::int64_t kTailBytes = 8 * 1024;  // a stack of Java's is long

std::string_view state_name(WatchedMember::State state) {
  switch (state) {
    case WatchedMember::State::kNotStarted:
      return "starting";
    case WatchedMember::State::kRunning:
      return "running";
    case WatchedMember::State::kEnded:
      return "ended";
  }
  return "";
}

void add_if_known(json& all, const char* name, std::int64_t number) {
  if (number != 0) all[name] = number;
}

json member_json(const WatchedMember& member, const std::string& evicted_for) {
  json all = {{"role", member.member().role},
              {"replica", member.member().replica},
              {"state", state_name(member.state())},
              {"started_ms", member.started_ms()}};
  add_if_known(all, "oom_kills", member.usage().oom_kills);
  add_if_known(all, "memory_bytes", member.usage().memory_bytes);
  add_if_known(all, "memory_peak_bytes", member.usage().memory_peak_bytes);
  add_if_known(all, "forks_refused", member.usage().forks_refused);
  add_if_known(all, "processes_max", member.usage().processes_max);
  if (member.state() != WatchedMember::State::kEnded) return all;
  const MemberEnd& end = member.end();
  all.update({{"how", end.how},
              {"code", end.code},
              {"signal", end.signal},
              {"message", end.message},
              {"ended_ms", end.ended_ms}});
  if (end.how == "stopped" && !evicted_for.empty()) {
    all.update({{"how", "evicted"}, {"message", evicted_for}});
  }
  add_if_known(all, "output_bytes", end.output_bytes);
  add_if_known(all, "output_removed_bytes", end.removed_bytes);
  if (end.code != 0 && member.member().is_main) {
    all["tail"] = read_tail(member.folder(), kTailBytes);
  }
  return all;
}

bool has_failed(const WatchedMember& member) {
  return member.state() == WatchedMember::State::kEnded && member.end().code != 0;
}

// A job wrote it: anything may be in there.
std::map<std::string, std::string> parse_endpoints(const std::string& text) {
  std::map<std::string, std::string> endpoints;
  const json all = json::parse(text, nullptr, false);
  if (!all.is_object()) return endpoints;
  for (const auto& [name, address] : all.items()) {
    if (address.is_string() && endpoints.size() < kEndpointsMax) {
      endpoints[name] = address.get<std::string>();
    }
  }
  return endpoints;
}

}  // namespace

std::string describe_release(std::size_t processes) {
  if (processes == 0) return "nothing was left running";
  return std::to_string(processes) + (processes == 1 ? " process gone" : " processes gone");
}

Attempt::Attempt(Reactor& reactor, FolderWatcher& folders, AttemptFolder folder,
                 AttemptRecord record, Changed changed)
    : reactor_(reactor),
      folders_(folders),
      folder_(std::move(folder)),
      record_(std::move(record)),
      changed_(std::move(changed)),
      evicted_for_(read_small_file(folder_.eviction()).value_or("")) {
  for (const RecordedMember& member : record_.members) {
    const Cgroup cgroup(record_.cgroup.empty()
                            ? std::filesystem::path()
                            : std::filesystem::path(record_.cgroup) / member.place());
    members_.push_back(std::make_unique<WatchedMember>(
        reactor_, member, MemberFolder(folder_.member(member.name())), cgroup,
        leaves_of(record_, member), [this, at = members_.size()] { take_change(at); }));
  }
}

Attempt::~Attempt() { folders_.forget(endpoints_watch_); }

bool Attempt::has_started() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const auto& member) { return member->folder().fate() == Fate::kStarted; });
}

bool Attempt::is_being_decided() const {
  return std::any_of(members_.begin(), members_.end(), [](const auto& member) {
    return member->folder().fate() == Fate::kOpen && member->folder().is_locked();
  });
}

bool Attempt::is_given_up() const {
  return std::filesystem::exists(folder_.tombstone()) ||
         std::any_of(members_.begin(), members_.end(), [](const auto& member) {
           return member->folder().fate() == Fate::kCancelled;
         });
}

// ---- Launch

void Attempt::launch(const std::filesystem::path& program,
                     std::map<std::string, SuperviseRequest> requests, Launched launched) {
  launch_waiters_.push_back(std::move(launched));
  if (launch_) return;
  launch_ = std::make_unique<Launch>(
      reactor_, [this](LaunchResult result) { end_launch(std::move(result)); });
  launch_from(0, std::make_shared<const LaunchPlan>(LaunchPlan{program, std::move(requests)}));
}

// Some members at a time, so that others have their turns while a wide job starts.
void Attempt::launch_from(std::size_t first, const std::shared_ptr<const LaunchPlan>& plan) {
  const std::size_t end = std::min(first + kMembersAtOnce, members_.size());
  try {
    for (std::size_t i = first; i < end; ++i) add_to_launch(*members_[i], *plan);
    if (end == members_.size()) return launch_->begin();
  } catch (const std::exception& error) {
    return launch_->abandon(error.what());
  }
  next_members_ = reactor_.after(kBetweenMembers, [this, end, plan] { launch_from(end, plan); });
}

void Attempt::add_to_launch(WatchedMember& member, const LaunchPlan& plan) {
  if (member.folder().fate() != Fate::kOpen) return;
  const std::string name = member.member().name();
  member.folder().make();
  launch_->add(name, plan.program, member.folder().path(), plan.requests.at(name).bytes());
}

void Attempt::end_launch(LaunchResult result) {
  next_members_.end();
  launch_.reset();
  look_at_members();
  for (const Launched& launched : std::exchange(launch_waiters_, {})) launched(result);
  if (is_followed_) tell_if_changed();
}

// ---- Following

void Attempt::follow() {
  is_followed_ = true;
  look_at_members();
  follow_endpoints();
  read_endpoints();
  tell_if_changed();
}

void Attempt::look_at_members() {
  for (const auto& member : members_) member->look();
}

// One that failed may have failed for what another ran out of.
void Attempt::take_change(std::size_t changed) {
  if (has_failed(*members_[changed])) {
    for (const auto& member : members_) member->look_at_usage();
  }
  tell_if_changed();
}

void Attempt::follow_endpoints() {
  if (endpoints_watch_ >= 0 || endpoints_timer_) return;
  const auto changed = [this] {
    read_endpoints();
    tell_if_changed();
  };
  endpoints_watch_ =
      folders_.watch(folder_.shared(), folder_.endpoints().filename().string(), changed);
  if (endpoints_watch_ >= 0 || is_gone()) return;
  endpoints_timer_ = reactor_.after(kLookAtEndpoints, [this, changed] {
    changed();
    follow_endpoints();
  });
}

void Attempt::read_endpoints() {
  const auto text = read_job_file(folder_, folder_.endpoints().filename(), record_.user,
                                  kEndpointsBytesMax);
  if (text) endpoints_ = parse_endpoints(*text);
}

void Attempt::tell_if_changed() {
  if (!is_followed_) return;
  std::string status = status_json();
  if (status == told_) return;
  told_ = std::move(status);
  changed_(*this);
}

std::string Attempt::status_json() const {
  json members = json::array();
  for (const auto& member : members_) members.push_back(member_json(*member, evicted_for_));
  return json{{"members", members}, {"endpoints", endpoints_}}.dump(-1, ' ', false,
                                                                    json::error_handler_t::replace);
}

// ---- Eviction

bool Attempt::evict(const std::string& what) {
  if (is_given_up() || is_gone()) return false;
  const bool is_first = evicted_for_.empty();
  if (is_first) note_eviction(what);
  for (const auto& member : members_) {
    if (!member->is_gone()) member->folder().send("kill");
  }
  return is_first;
}

// A disk that the job has filled may not take the note; it is ended all the same.
void Attempt::note_eviction(const std::string& what) {
  evicted_for_ = what;
  try {
    replace_file(folder_.eviction(), what);
  } catch (const std::exception&) {
  }
}

// ---- Release

void Attempt::release(Released released) {
  release_waiters_.push_back(std::move(released));
  if (release_timer_) return;
  try {
    create_file_once(folder_.tombstone(), "");
    if (launch_) launch_->abandon("given up");
    stop_members();
  } catch (const std::exception& error) {
    return end_release({.message = error.what()});
  }
  kill_at_ = Clock::now() + record_.grace + kBeyondGrace;
  give_up_at_ = kill_at_ + kBeyondKill;
  press_release();
}

// Members that never started never will: whoever is first, this tombstone or a late supervisor,
// decides.
void Attempt::stop_members() {
  std::size_t processes = 0;
  for (const auto& member : members_) {
    member->folder().make();
    member->folder().give_up();
    member->look();
    if (member->is_gone()) continue;
    const std::size_t found = member->cgroup().count_processes();
    processes += std::max<std::size_t>(found, 1);
  }
  processes_seen_ = std::max(processes_seen_, processes);
  for (const auto& member : members_) {
    if (!member->is_gone()) member->folder().send("stop");
  }
  tell_if_changed();
}

bool Attempt::is_gone() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const auto& member) { return member->is_gone(); });
}

void Attempt::press_release() {
  release_timer_.end();
  look_at_members();
  if (is_gone()) {
    return end_release({true, processes_seen_, describe_release(processes_seen_)});
  }
  const bool must_kill = Clock::now() >= kill_at_;
  for (const auto& member : members_) {
    if (member->is_gone()) continue;
    const bool has_ended = member->state() == WatchedMember::State::kEnded;
    if (must_kill) member->folder().send("kill");
    if (must_kill || has_ended) member->cgroup().kill();
  }
  if (Clock::now() >= give_up_at_) {
    return end_release({.message = "some processes do not end; they are still being killed"});
  }
  release_timer_ = reactor_.after(kLookAtRelease, [this] { press_release(); });
}

// Posted, because whoever hears it may destroy this.
void Attempt::end_release(ReleaseResult result) {
  release_timer_.end();
  for (Released& released : std::exchange(release_waiters_, {})) {
    reactor_.post([released = std::move(released), result] { released(result); });
  }
}

}  // namespace berth
