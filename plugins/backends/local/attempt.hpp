// An attempt that this machine holds: launched or to be launched, watched, released.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "attempt_record.hpp"
#include "folder_watcher.hpp"
#include "launch.hpp"
#include "reactor.hpp"
#include "supervise_request.hpp"
#include "watched_member.hpp"

namespace berth {

struct ReleaseResult {
  bool is_gone = false;
  std::size_t processes = 0;  // that were found and ended
  std::string message;
};

std::string describe_release(std::size_t processes);

// [reactor]
class Attempt {
 public:
  using Changed = std::function<void(Attempt&)>;
  using Launched = std::function<void(LaunchResult)>;
  using Released = std::function<void(ReleaseResult)>;

  // `changed` is called whenever the status is another, once `follow` was called.
  Attempt(Reactor& reactor, FolderWatcher& folders, AttemptFolder folder, AttemptRecord record,
          Changed changed);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt();

  const AttemptRecord& record() const { return record_; }
  const AttemptFolder& folder() const { return folder_; }

  // Whether no member waits to be started. False also while that is being decided.
  bool has_started() const;
  bool is_being_decided() const;  // a supervisor of an earlier daemon may yet start its member
  bool is_given_up() const;

  // Starts the members that never were. Asked while a launch is under way: that one's result.
  void launch(const std::filesystem::path& program,
              std::map<std::string, SuperviseRequest> requests, Launched launched);
  // Ends all that runs and gives up what does not. Asked while a release is under way: its result.
  void release(Released released);
  // Ends all that runs at once, for what it took beyond its limits: it has failed. False: that was
  // begun before.
  bool evict(const std::string& what);
  // Looks at everything and tells of every change from now on.
  void follow();

  std::string status_json() const;
  const std::map<std::string, std::string>& endpoints() const { return endpoints_; }

 private:
  using Clock = std::chrono::steady_clock;

  struct LaunchPlan {
    std::filesystem::path program;
    std::map<std::string, SuperviseRequest> requests;  // by member
  };
  void launch_from(std::size_t first, const std::shared_ptr<const LaunchPlan>& plan);
  void add_to_launch(WatchedMember& member, const LaunchPlan& plan);
  void end_launch(LaunchResult result);
  void look_at_members();
  void take_change(std::size_t changed);
  void read_endpoints();
  void follow_endpoints();
  void tell_if_changed();
  void note_eviction(const std::string& what);
  void stop_members();
  void press_release();
  void end_release(ReleaseResult result);
  bool is_gone() const;

  Reactor& reactor_;
  FolderWatcher& folders_;
  AttemptFolder folder_;
  AttemptRecord record_;
  Changed changed_;
  std::vector<std::unique_ptr<WatchedMember>> members_;
  std::map<std::string, std::string> endpoints_;
  int endpoints_watch_ = -1;
  Subscription endpoints_timer_;
  bool is_followed_ = false;
  std::string told_;
  std::string evicted_for_;

  std::unique_ptr<Launch> launch_;
  Subscription next_members_;  // of the launch
  std::vector<Launched> launch_waiters_;

  std::vector<Released> release_waiters_;
  Subscription release_timer_;
  Clock::time_point kill_at_;
  Clock::time_point give_up_at_;
  std::size_t processes_seen_ = 0;
};

}  // namespace berth
