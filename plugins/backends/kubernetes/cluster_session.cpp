#include "cluster_session.hpp"

#include <algorithm>

#include "client/api_path.hpp"
#include "dress.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"
#include "pod_fetch.hpp"

namespace berth {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t kTombstonesMax = 100'000;
constexpr auto kTellSoon = 20ms;
constexpr auto kTellPause = 50ms;

// What nobody here reads of an object, some of which is large.
void trim_object(json& object) {
  if (object.contains("metadata")) object["metadata"].erase("managedFields");
}

void trim_custom(json& object) {
  trim_object(object);
  object.erase("spec");
}

std::vector<std::string> namespaces_of(const std::vector<PlacedPool>& pools) {
  std::set<std::string> all;
  for (const PlacedPool& pool : pools) all.insert(pool.in_namespace);
  return {all.begin(), all.end()};
}

ApiAccess with_log(ApiAccess access, std::function<void(const std::string& line)> warn) {
  if (!access.exec) return access;
  access.exec->tell_errors = [warn = std::move(warn)](const std::string& text) {
    warn("exec_plugin_failed printed=" + text);
  };
  return access;
}

}  // namespace

ClusterSession::ClusterSession(boost::asio::io_context& io, SessionSettings settings,
                               Outside outside)
    : io_(io),
      settings_(std::move(settings)),
      outside_(std::move(outside)),
      client_(io, with_log(settings_.access, outside_.warn), settings_.limits),
      kinds_(client_),
      tools_{io, client_, kinds_, settings_.identity, settings_.site, outside_.warn},
      table_(settings_.identity, [this](const AttemptKey& key) { attempt_changed(key); }),
      board_(io, settings_.site, settings_.identity.cluster, settings_.pools,
             [this](const json& pools) {
               json event = pools;
               event["kind"] = "pools";
               outside_.post(event);
             }),
      logs_(tools_),
      telling_(io, kTellSoon, kTellPause, [this] { tell_attempts(); }) {}

// ---- start

void ClusterSession::start(const Call& call, std::function<void()> failed) {
  starting_.push_back(call);
  failed_ = std::move(failed);
  if (has_started_) return look_for_secrets();
  if (starting_.size() == 1 && watches_.empty()) explore();
}

void ClusterSession::explore() {
  explore_reach(tools_, settings_.kinds, namespaces_of(settings_.pools),
                [this](ReachResult result) {
                  if (const auto* failure = std::get_if<Failure>(&result))
                    return fail_start(*failure);
                  reach_ = std::get<Reach>(std::move(result));
                  watch_everything();
                });
}

// Whoever is answered may ask at once again, and must not meet a session that has failed.
void ClusterSession::fail_start(const Failure& failure) {
  if (failed_) std::exchange(failed_, nullptr)();
  for (const Call& call : std::exchange(starting_, {}))
    call.transient(failure.message, failure.reason);
}

void ClusterSession::watch_everything() {
  for (const ResourceKind& kind : reach_.kinds) watch_custom(kind);
  watch_own_pods();
  watch_other_pods();
  watch_nodes();
  watch_quotas();
  watch_namespaces();
  watch_events();
  start_watches();
}

void ClusterSession::start_watches() {
  for (auto& [name, watch] : watches_) watch->start();
}

void ClusterSession::watch_custom(const ResourceKind& kind) {
  for (const std::string& in_namespace : reach_.of(kind.kind)) {
    follow(
        kind.kind, kind.path(in_namespace),
        {.label_selector = selector_of(settings_.identity), .trim = trim_custom},
        [this](const json& object) { table_.take_object(object); },
        [this](const std::string& uid) { table_.object_gone(uid); });
  }
}

void ClusterSession::watch_own_pods() {
  for (const std::string& in_namespace : reach_.of("pods")) {
    follow(
        "pods of jobs", core_path("pods", in_namespace),
        {.label_selector = selector_of(settings_.identity), .trim = trim_object},
        [this](const json& pod) {
          table_.take_pod(pod);
          board_.take_pod(pod, /*is_own=*/true);
        },
        [this](const std::string& uid) {
          table_.pod_gone(uid);
          board_.pod_gone(uid);
        });
  }
}

// Those of this instance are told of by the other watch.
void ClusterSession::watch_other_pods() {
  for (const std::string& in_namespace : reach_.of("pods")) {
    follow(
        "pods of others", core_path("pods", in_namespace),
        {.label_selector = std::string(kube::kInstanceLabel) + "!=" + settings_.identity.instance,
         .field_selector = "status.phase!=Succeeded,status.phase!=Failed",
         .trim = trim_object},
        [this](const json& pod) { board_.take_pod(pod, /*is_own=*/false); },
        [this](const std::string& uid) { board_.pod_gone(uid); });
  }
}

void ClusterSession::watch_nodes() {
  if (reach_.of("nodes").empty()) return board_.nodes_cannot_be_seen();
  follow(
      "nodes", core_path("nodes"), {}, [this](const json& node) { board_.take_node(node); },
      [this](const std::string& uid) { board_.node_gone(uid); });
}

void ClusterSession::watch_quotas() {
  for (const std::string& in_namespace : reach_.of("resourcequotas")) {
    follow(
        "resource quotas", core_path("resourcequotas", in_namespace), {},
        [this](const json& quota) { board_.take_quota(quota); },
        [this](const std::string& uid) { board_.quota_gone(uid); });
  }
}

void ClusterSession::watch_namespaces() {
  for (const std::string& all : reach_.of("namespaces")) {
    follow(
        "namespaces", core_path("namespaces", all), {},
        [this](const json& object) { board_.take_namespace(object); },
        [this](const std::string& uid) { board_.namespace_gone(uid); });
  }
}

// API servers keep no cache of events, and so send no bookmarks: such a watch may be silent for as
// long as it lasts, which is therefore less than what counts as dead.
void ClusterSession::watch_events() {
  WatchOptions options{.field_selector = "type=Warning",
                       .watch_least = std::chrono::seconds(90),
                       .watch_most = std::chrono::seconds(130)};
  for (const std::string& in_namespace : reach_.of("events")) {
    follow(
        "events", core_path("events", in_namespace), options,
        [this](const json& event) { table_.take_event(event); }, [](const std::string&) {});
  }
}

void ClusterSession::follow(const std::string& what, const std::string& path, WatchOptions options,
                            std::function<void(const json&)> is_there,
                            std::function<void(const std::string&)> is_gone) {
  const std::string name = path + "?" + options.label_selector;
  if (watches_.contains(name)) return;
  unlisted_.insert(name);
  watches_[name] = std::make_unique<FollowedList>(
      io_, client_, path, std::move(options),
      FollowedList::Listener{
          .is_there = std::move(is_there),
          .is_gone = std::move(is_gone),
          .listed = [this, name] { list_done(name); },
          .trouble = [this, what,
                      name](const WatchTrouble& trouble) { take_trouble(what, name, trouble); }});
}

void ClusterSession::list_done(const std::string& name) {
  if (has_started_) check_unseen();
  if (unlisted_.erase(name) > 0 && unlisted_.empty() && !has_started_) look_for_secrets();
}

// What may not be listed is as good as empty; it goes on trying, should a role be granted later.
void ClusterSession::take_trouble(const std::string& what, const std::string& name,
                                  const WatchTrouble& trouble) {
  outside_.warn("watch_trouble what=\"" + what + "\" why=" + trouble.why);
  if (has_started_) return;
  if (trouble.status == 403 || trouble.status == 404) {
    reach_.warnings.push_back(what + " cannot be watched: " + trouble.why);
    return list_done(name);
  }
  fail_start({Failure::Kind::kTransient, "ClusterUnavailable",
              "cannot list " + what + ": " + trouble.why});
}

// A secret may be all that came of a launch.
void ClusterSession::look_for_secrets() {
  const bool is_everywhere = reach_.of("secrets") == std::vector<std::string>{""};
  std::vector<std::string> paths;
  for (const std::string& in_namespace : is_everywhere ? reach_.of("secrets") : board_.namespaces())
    paths.push_back(with_query(core_path("secrets", in_namespace),
                               {{"labelSelector", selector_of(settings_.identity)}}));
  list_all(tools_, std::move(paths), /*only_metadata=*/true, [this](Listed listed) {
    if (const auto* failure = std::get_if<Failure>(&listed)) {
      reach_.warnings.push_back("secrets that were left by a launch are not found: " +
                                failure->message);
      return answer_start({});
    }
    answer_start(std::get<std::vector<json>>(listed));
  });
}

json ClusterSession::found_attempts(const std::vector<json>& secrets) {
  struct Found {
    std::string uid;
    std::int64_t epoch;
  };
  std::map<AttemptKey, Found> found;
  for (const auto& [key, attempt] : table_.all())
    if (!attempt.is_clear()) found[key] = {attempt.uid, attempt.epoch};
  for (const json& secret : secrets) {
    const auto key = attempt_of(secret, settings_.identity);
    if (!key || found.contains(*key)) continue;
    found[*key] = {"", epoch_of(secret)};
  }
  json all = json::array();
  for (const auto& [key, one] : found)
    all.push_back(
        {{"job", key.job}, {"attempt", key.attempt}, {"uid", one.uid}, {"epoch", one.epoch}});
  return all;
}

void ClusterSession::answer_start(const std::vector<json>& secrets) {
  has_started_ = true;
  const std::string answer = text_of(
      {{"found", found_attempts(secrets)}, {"tombstones", true}, {"warnings", reach_.warnings}});
  for (const Call& call : std::exchange(starting_, {})) call.ok(answer);
  changed_.clear();  // only what happens from now on is told unasked
  board_.begin();
}

// ---- what the watches tell

void ClusterSession::attempt_changed(const AttemptKey& key) {
  changed_.insert(key);
  if (const auto release = releases_.find(key); release != releases_.end())
    release->second->table_changed();
  if (has_started_) telling_.want();
}

void ClusterSession::tell_attempts() {
  for (const AttemptKey& key : std::exchange(changed_, {})) {
    const WorkloadTable::Attempt* attempt = table_.find(key);
    const bool is_over = tombstones_.contains(key) && !releases_.contains(key);
    if (attempt != nullptr && is_over && attempt->is_clear()) {
      table_.forget(key);
    } else {
      tell_attempt(key);
    }
  }
}

// What is of an older epoch of the daemon's store is nobody's to release unless it was adopted; the
// host releases whatever it is told of and does not know.
void ClusterSession::tell_attempt(const AttemptKey& key) {
  const WorkloadTable::Attempt* attempt = table_.find(key);
  if (attempt == nullptr || (attempt->uid.empty() && !attempt->picture.has_object())) return;
  if (attempt->epoch != settings_.identity.epoch && !followed_.contains(key)) return;
  json status = attempt->picture.native_status();
  const std::size_t hash = std::hash<json>()(status);
  const auto [told, is_first] = told_.try_emplace(key, hash);
  if (!is_first && told->second == hash) return;
  told->second = hash;
  outside_.post({{"kind", "workload"},
                 {"job", key.job},
                 {"attempt", key.attempt},
                 {"uid", attempt->uid},
                 {"status", std::move(status)}});
}

// ---- adopt

bool ClusterSession::answer_if_known(const Call& call, const AttemptKey& key) {
  const WorkloadTable::Attempt* attempt = table_.find(key);
  if (attempt == nullptr || !attempt->picture.has_object()) return false;
  followed_.insert(key);
  call.ok(text_of({{"external_ref", attempt->ref.text()},
                   {"uid", attempt->uid},
                   {"status", attempt->picture.native_status()}}));
  return true;
}

void ClusterSession::adopt(const Call& call, const AttemptKey& key) {
  if (!answer_if_known(call, key)) look_for(call, key);
}

// A watch may be behind: only the API server itself can say that there is nothing.
void ClusterSession::look_for(const Call& call, const AttemptKey& key) {
  std::vector<std::string> paths;
  for (const ResourceKind& kind : reach_.kinds)
    for (const std::string& in_namespace : reach_.of(kind.kind))
      paths.push_back(with_query(kind.path(in_namespace),
                                 {{"labelSelector", selector_of(settings_.identity, key)}}));
  list_all(tools_, std::move(paths), /*only_metadata=*/false, [this, call, key](Listed listed) {
    if (auto* failure = std::get_if<Failure>(&listed))
      return call.transient(failure->message, failure->reason);
    for (json& object : std::get<std::vector<json>>(listed)) {
      trim_custom(object);
      table_.take_object(object, /*is_by_watch=*/false);
    }
    if (!answer_if_known(call, key)) call.not_found("nothing of it is on this cluster");
  });
}

// ---- launch

void ClusterSession::launch(const Call& call, const json& order) {
  const AttemptKey key = read_attempt_key(order);
  if (tombstones_.contains(key))
    return call.permanent("this attempt was given up", "SubmissionFailed");
  const PlacedPool* pool = board_.find(text_field(order, "pool"));
  if (pool == nullptr)
    return call.permanent(
        "there is no pool \"" + text_field(order, "pool") + "\" on this cluster any more",
        "SubmissionFailed");
  try {
    LaunchJob job{.key = key,
                  .workload = dress(order, settings_.identity, *pool, settings_.site),
                  .is_given_up = [this, key] { return tombstones_.contains(key); }};
    launch_workload(tools_, std::move(job), [this, call, key](LaunchOutcome outcome) {
      take_launched(call, key, std::move(outcome));
    });
  } catch (const BadWorkload& error) {
    call.permanent(std::string("the workload cannot be run: ") + error.what(), "SubmissionFailed");
  }
}

void ClusterSession::take_launched(const Call& call, const AttemptKey& key, LaunchOutcome outcome) {
  if (const auto* failure = std::get_if<Failure>(&outcome)) {
    if (failure->kind == Failure::Kind::kUnknown) doubts_[key] = Clock::now() + kDoubtLasts;
    return answer_failure(call, *failure);
  }
  Launched& launched = std::get<Launched>(outcome);
  const WorkloadTable::Attempt* known = table_.find(key);
  const std::string uid = uid_of(launched.object);
  const ResourceRef ref = ref_of(launched.object);
  // The watch may have been faster, and know more.
  if (known == nullptr || known->uid != uid) {
    trim_custom(launched.object);
    table_.take_object(launched.object, /*is_by_watch=*/false);
  }
  follow_kind_of(launched.object);
  followed_.insert(key);
  call.ok(text_of({{"external_ref", ref.text()}, {"uid", uid}, {"warnings", launched.warnings}}));
  telling_.want();
}

// Its operator may have been installed since the start.
void ClusterSession::follow_kind_of(const json& object) {
  const std::string kind = text_field(object, "kind");
  const auto is_it = [&](const ResourceKind& one) { return one.kind == kind; };
  if (std::any_of(reach_.kinds.begin(), reach_.kinds.end(), is_it)) return;
  kinds_.find(text_field(object, "apiVersion"), kind, [this](const ResourceKinds::Found& found) {
    const auto* known = std::get_if<ResourceKind>(&found);
    if (known == nullptr) return;
    reach_.kinds.push_back(*known);
    reach_.namespaces[known->kind] = reach_.of("pods");
    watch_custom(*known);
    start_watches();
  });
}

// What was created here and never seen by a watch is not missed by it either.
void ClusterSession::check_unseen() {
  for (const auto& [key, attempt] : table_.all()) {
    if (attempt.is_by_watch || !attempt.picture.has_object()) continue;
    for (const ResourceKind& kind : reach_.kinds) {
      if (kind.kind != attempt.ref.kind) continue;
      client_.ask({.path = kind.path(attempt.ref.in_namespace, attempt.ref.name)},
                  [this, uid = attempt.uid](const ApiResult& result) {
                    const auto* answer = std::get_if<ApiAnswer>(&result);
                    if (answer != nullptr && answer->status == 404) table_.object_gone(uid);
                  });
    }
  }
}

// ---- release

// A create that was not answered may land until the API server itself gives it up. What a process
// before this one asked for may be on its way as well.
bool ClusterSession::is_in_doubt(const AttemptKey& key, bool had_object) const {
  const auto doubt = doubts_.find(key);
  if (doubt != doubts_.end()) return Clock::now() < doubt->second;
  return !had_object && !followed_.contains(key) && Clock::now() < begun_ + kDoubtLasts;
}

void ClusterSession::leave_tombstone(const AttemptKey& key) {
  if (!tombstones_.insert(key).second) return;
  tombstones_by_age_.push_back(key);
  if (tombstones_by_age_.size() <= kTombstonesMax) return;
  tombstones_.erase(tombstones_by_age_.front());
  tombstones_by_age_.pop_front();
}

void ClusterSession::release(const Call& call, ReleaseJob job) {
  const AttemptKey key = job.key;
  leave_tombstone(key);
  const auto release = make_release(
      tools_, reach_, table_, std::move(job),
      [this, call, key](ReleaseOutcome outcome) { take_released(call, key, std::move(outcome)); });
  releases_[key] = release;
  release->begin();
}

void ClusterSession::take_released(const Call& call, const AttemptKey& key,
                                   ReleaseOutcome outcome) {
  releases_.erase(key);
  if (const auto* failure = std::get_if<Failure>(&outcome)) return answer_failure(call, *failure);
  const Gone& gone = std::get<Gone>(outcome);
  if (is_in_doubt(key, gone.had_object))
    return call.transient(
        "nothing of it is there, but a request to create it may still be on its "
        "way in the API server; looking again until that is over");
  table_.forget(key);
  followed_.erase(key);
  told_.erase(key);
  doubts_.erase(key);
  call.ok(text_of({{"gone", true}, {"message", gone.message}}));
}

// ---- questions

void ClusterSession::pools(const Call& call) { call.ok(text_of(board_.pools())); }

void ClusterSession::health(const Call& call) {
  client_.ask({.path = "/readyz", .timeout = 5s, .is_urgent = true},
              [call](const ApiResult& result) {
                if (success_of(result) != nullptr) return call.ok();
                call.transient(failure_of(result, "be sure that the API server is ready").message);
              });
}

void ClusterSession::logs(const Call& call, const LogRequest& request) {
  logs_.read(call, request, table_.find(request.key));
}

void ClusterSession::fetch(const Call& call, const json& request) {
  const WorkloadTable::Attempt* attempt = table_.find(read_attempt_key(request));
  if (attempt == nullptr || !attempt->picture.has_object()) return call.not_found();
  const EndpointPlace found = find_endpoint(*attempt, text_field(request, "endpoint"));
  if (!found.place) return call.transient(found.why_not);
  try {
    fetch_from_pod(tools_, call, fetch_request(request, *found.place));
  } catch (const BadFetch& error) {
    call.permanent(error.what());
  }
}

}  // namespace berth
