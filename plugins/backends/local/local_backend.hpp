// Backend `local`: jobs as processes of this machine, each under a supervisor that outlives the
// daemon.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "account.hpp"
#include "attempt.hpp"
#include "berth/backend.hpp"
#include "disk_watch.hpp"
#include "folder_removal.hpp"
#include "folder_watcher.hpp"
#include "kept_attempts.hpp"
#include "launch_line.hpp"
#include "local_cluster.hpp"
#include "reactor.hpp"
#include "workload.hpp"

namespace berth {

class LocalBackend : public Backend {
 public:
  static constexpr std::string_view formats[] = {"process/group"};

  LocalBackend() = default;
  ~LocalBackend() override;

  void start(const Host& host) { host_ = host; }

  void start(Call call, std::string_view cluster) override;
  void adopt(Call call, std::string_view attempt) override;
  void launch(Call call, std::string_view order) override;
  void release(Call call, std::string_view attempt) override;
  void pools(Call call) override;
  void health(Call call) override;
  void logs(Call call, std::string_view request) override;
  void fetch(Call call, std::string_view request) override;
  void stop(Call call) override;

 private:
  berth::bytes output_limit_{64 << 20};
  std::chrono::milliseconds grace_{10'000};
  std::string cgroup_root_ = "auto";
  bool cpu_is_capped_ = true;
  std::int64_t processes_max_ = 4096;
  berth::bytes disk_limit_{std::int64_t{64} << 30};
  std::int64_t files_max_ = 2'000'000;
  std::chrono::milliseconds disk_rest_{10'000};
  std::int64_t keep_finished_ = 100'000;
  berth::bytes kept_output_{std::int64_t{10} << 30};
  bool no_new_privileges_ = true;

 public:
  static constexpr std::tuple options{
      option{"output_limit", &LocalBackend::output_limit_,
             "Output kept of each member; the beginning and the end stay", "64Mi",
             range{32768, 1e15}},
      option{"grace", &LocalBackend::grace_, "From TERM to KILL, for jobs whose type does not say",
             "10s", range{0, 3600e3}},
      option{"cgroup_root", &LocalBackend::cgroup_root_,
             "Version 2 cgroup under which jobs get theirs: a path, auto, or off", "auto"},
      option{"cpu_cap", &LocalBackend::cpu_is_capped_,
             "Give no job more CPU than it asked for, also while nobody else wants it", "true"},
      option{"processes_max", &LocalBackend::processes_max_,
             "Processes and threads of a member and those beside it; 0: no limit", "4096",
             range{0, 1e7}},
      option{"disk_limit", &LocalBackend::disk_limit_,
             "What a job's folder may take on disk; 0: no limit", "64Gi", range{0, 1e18}},
      option{"files_max", &LocalBackend::files_max_, "Files in a job's folder; 0: no limit",
             "2000000", range{0, 1e12}},
      option{"disk_rest", &LocalBackend::disk_rest_,
             "Pause between two looks at what jobs' folders take on disk", "10s",
             range{10, 3600e3}},
      option{"keep_finished", &LocalBackend::keep_finished_,
             "Attempts of which anything is kept after they are gone; the oldest go first",
             "100000", range{0, 1e7}},
      option{"kept_output", &LocalBackend::kept_output_,
             "Output kept of attempts that are gone, all together; the oldest goes first", "10Gi",
             range{0, 1e15}},
      option{"no_new_privileges", &LocalBackend::no_new_privileges_,
             "Jobs of other users than root cannot become anybody else by set-user-id programs",
             "true"}};

 private:
  struct LaunchOrder;
  struct Removal;

  // All of these: [reactor]
  bool is_alone();
  void scan(const Call& call);
  void adopt_now(const Call& call, const AttemptKey& key);
  void adopt_once_decided(const Call& call, const AttemptKey& key, int looks_left);
  void launch_in_turn(const Call& call, LaunchOrder order);
  void launch_now(const Call& call, const LaunchOrder& order);
  void launch_attempt(const Call& call, const LaunchOrder& order, Attempt& attempt);
  void find_account_and_launch(const Call& call, LaunchOrder order, const Submitter& submitter);
  void release_now(const Call& call, const AttemptKey& key, const std::string& uid);
  void remove_remains(const Call& call, const AttemptKey& key, ReleaseResult result);
  void end_removal(const AttemptKey& key, bool is_gone);
  void end_release(const AttemptKey& key);
  void release_unknown(const Call& call, const AttemptFolder& folder);
  void forget(const Call& call, const AttemptKey& key);
  void keep_only_newest();
  void count_kept_output();

  Attempt* find(const AttemptKey& key);
  Attempt& create(const LaunchOrder& order);
  Attempt& hold(const AttemptFolder& folder, AttemptRecord record);
  void tell(Attempt& attempt);
  AttemptFolder folder_of(const AttemptKey& key) const;
  std::map<std::string, SuperviseRequest> requests_of(const LaunchOrder& order,
                                                      const Attempt& attempt) const;
  std::map<std::string, Limits> limits_of(const LaunchOrder& order) const;
  void limit(SuperviseRequest& request, const AttemptRecord& record,
             const RecordedMember& member) const;
  std::string why_no_output(const AttemptFolder& folder, bool was_removed) const;
  void log_cgroups() const;
  void watch_disk();
  void evict(const AttemptKey& key, const std::string& what);
  void remove_left_cgroups() const;
  void shut_down();

  std::optional<Host> host_;
  LocalCluster cluster_;
  Descriptor own_cgroup_;  // locked
  std::map<std::string, std::string> base_environment_;
  Account own_account_;
  std::unique_ptr<Reactor> reactor_;
  std::unique_ptr<FolderWatcher> folders_;  // [reactor]
  std::unique_ptr<WorkerPool> workers_;
  std::unique_ptr<DiskWatch> disk_;  // none: no limits
  std::unique_ptr<WorkerPool> lookups_;  // a directory service that hangs holds up launches alone
  std::map<AttemptKey, std::unique_ptr<Attempt>> attempts_;                     // [reactor]
  std::map<AttemptKey, std::shared_ptr<Removal>> removals_;                     // [reactor]
  std::unique_ptr<LaunchLine> line_;                                            // [reactor]
  std::map<AttemptKey, Subscription> undecided_;                                // [reactor]
  std::unique_ptr<KeptAttempts> kept_;                                          // [reactor]
};

}  // namespace berth
