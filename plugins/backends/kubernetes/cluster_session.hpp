// Everything that is known of, and going on with, one cluster. Lives on the io thread.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "api_tools.hpp"
#include "berth/call.hpp"
#include "coalesced.hpp"
#include "followed_list.hpp"
#include "launch.hpp"
#include "pod_logs.hpp"
#include "pool_board.hpp"
#include "reach.hpp"
#include "release.hpp"
#include "workload_table.hpp"

namespace berth {

struct SessionSettings {
  Identity identity;
  SiteDefaults site;
  std::vector<PlacedPool> pools;
  std::vector<std::pair<std::string, std::string>> kinds;  // apiVersion, kind
  ApiAccess access;
  ApiLimits limits;
};

class ClusterSession {
 public:
  struct Outside {
    std::function<void(const nlohmann::json& event)> post;  // to the host
    std::function<void(const std::string& line)> warn;
  };

  // Throws BadAccess.
  ClusterSession(boost::asio::io_context& io, SessionSettings settings, Outside outside);

  // Answers when all that there is was listed, or when that cannot be. `failed`, before
  // that: the session is of no use, and the next start needs another.
  void start(const Call& call, std::function<void()> failed);
  void adopt(const Call& call, const AttemptKey& key);
  void launch(const Call& call, const nlohmann::json& order);
  void release(const Call& call, ReleaseJob job);
  void pools(const Call& call);
  void health(const Call& call);
  void logs(const Call& call, const LogRequest& request);
  void fetch(const Call& call, const nlohmann::json& request);

 private:
  using Clock = std::chrono::steady_clock;

  void explore();
  void watch_everything();
  void start_watches();
  void watch_custom(const ResourceKind& kind);
  void watch_own_pods();
  void watch_other_pods();
  void watch_nodes();
  void watch_quotas();
  void watch_namespaces();
  void watch_events();
  void follow(const std::string& what, const std::string& path, WatchOptions options,
              std::function<void(const nlohmann::json&)> is_there,
              std::function<void(const std::string& uid)> is_gone);
  void list_done(const std::string& path);
  void take_trouble(const std::string& what, const std::string& path, const WatchTrouble& trouble);
  void look_for_secrets();
  void answer_start(const std::vector<nlohmann::json>& secrets);
  void fail_start(const Failure& failure);
  nlohmann::json found_attempts(const std::vector<nlohmann::json>& secrets);

  void attempt_changed(const AttemptKey& key);
  void tell_attempts();
  void tell_attempt(const AttemptKey& key);

  bool answer_if_known(const Call& call, const AttemptKey& key);
  void look_for(const Call& call, const AttemptKey& key);
  void take_launched(const Call& call, const AttemptKey& key, LaunchOutcome outcome);
  void take_released(const Call& call, const AttemptKey& key, ReleaseOutcome outcome);
  bool is_in_doubt(const AttemptKey& key, bool had_object) const;
  void follow_kind_of(const nlohmann::json& object);
  void check_unseen();
  void leave_tombstone(const AttemptKey& key);

  boost::asio::io_context& io_;
  const SessionSettings settings_;
  const Outside outside_;
  ApiClient client_;
  ResourceKinds kinds_;
  ApiTools tools_;
  Reach reach_;
  WorkloadTable table_;
  PoolBoard board_;
  PodLogs logs_;
  std::map<std::string, std::unique_ptr<FollowedList>> watches_;  // by path and selector
  std::set<std::string> unlisted_;                                // of those
  std::vector<Call> starting_;
  std::function<void()> failed_;
  bool has_started_ = false;
  const Clock::time_point begun_ = Clock::now();

  std::set<AttemptKey> followed_;  // adopted or launched by this process
  std::set<AttemptKey> changed_;
  std::map<AttemptKey, std::size_t> told_;  // a hash of the newest status that the host was told
  Coalesced telling_;

  std::map<AttemptKey, std::shared_ptr<Release>> releases_;
  std::set<AttemptKey> tombstones_;
  std::deque<AttemptKey> tombstones_by_age_;
  std::map<AttemptKey, Clock::time_point> doubts_;  // until when a create may still land
};

}  // namespace berth
