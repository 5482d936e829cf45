// Backends as the daemon calls them: a cluster's front door.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

enum class CallStatus {
  kOk,
  kUnknown,    // no telling whether it happened: the same call must be repeated
  kTransient,  // it did not happen; may well later
  kPermanent,  // it did not happen and never will
  kNotFound,
};

struct AttemptKey {
  std::string job;
  int attempt = 0;
  auto operator<=>(const AttemptKey&) const = default;
};

struct FoundAttempt {
  AttemptKey key;
  std::string uid;
  std::int64_t epoch = 0;
};

struct ReportedRoom {
  std::int64_t nodes = 0;
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
};

// Nodes of one kind; capacities of one node; rooms free of what others than this Berth use.
struct ReportedShape {
  std::string sku;
  std::int64_t nodes = 0;
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
  std::vector<ReportedRoom> rooms;
};

// What a pool may have in all, should its nodes together have more, as where a quota bounds it.
struct ReportedBound {
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  std::int64_t cpu_milli = kNone;
  std::int64_t memory_bytes = kNone;
  std::int64_t gpu_milli = kNone;
};

struct ReportedPool {
  std::string name;
  std::vector<ReportedShape> shapes;
  ReportedBound at_most;
  // Of one that the cluster itself makes out to be a pool; the site's word on a pool goes before.
  bool discovered = false;
  std::string owner;  // empty: shared
  std::map<std::string, std::string> labels;
};

// A backend's answer to any call; only what the call gives is filled in.
struct BackendReply {
  CallStatus status = CallStatus::kOk;
  std::string message;       // of a failure, or what release did ("4 processes gone")
  std::string reason;        // of a failure, in one word: SubmissionFailed, RateLimited, ...
  std::string external_ref;  // launch, adopt
  std::string uid;           // launch, adopt
  std::string native_status; // adopt; JSON
  std::vector<FoundAttempt> found;  // start
  // start: once `release` of an attempt was confirmed, a launch of it that is still on its way finds
  // that out and does nothing. Without this a doubtful launch is repeated until it is certain.
  bool tombstones = false;
  // start: what this cluster cannot promise; launch: what of it will not hold. For people.
  std::vector<std::string> warnings;
  std::vector<ReportedPool> pools;  // pools
  std::string json;          // logs, fetch: the answer as it came
};

using BackendDone = std::function<void(BackendReply)>;

struct LaunchOrder {
  AttemptKey key;
  std::string name;
  std::string type;
  std::string pool;
  std::string format;
  std::string project;
  std::string owner;
  std::string user;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string workload;  // JSON
};

struct ReleaseOrder {
  AttemptKey key;
  std::string name;
  std::string external_ref;
  std::string uid;
  bool forget = false;  // it was released, and its job is gone: what was kept of it may go, too
};

struct LogRequest {
  AttemptKey key;
  std::string role;  // empty: the main one
  int replica = 0;
  std::int64_t offset = 0;  // bytes; -1: `tail_bytes` from the end
  std::int64_t tail_bytes = 0;
  std::int64_t limit_bytes = 256 * 1024;
};

struct FetchRequest {
  AttemptKey key;
  std::string endpoint, method, path, headers, body;  // headers: JSON object
  std::int64_t timeout_ms = 5000;
  std::int64_t limit_bytes = 1 << 20;
};

// A workload's status as its backend has it, always the whole of it.
struct WorkloadEvent {
  AttemptKey key;
  std::string uid;
  std::string native_status;  // JSON
};

// Where a backend's own events go; called on the loop.
class BackendEvents {
 public:
  virtual ~BackendEvents() = default;
  virtual void workload_changed(WorkloadEvent event) = 0;
  virtual void pools_changed(std::vector<ReportedPool> pools) = 0;
};

// One cluster's backend. Calls return at once; `done` is called on the loop, once, and not later than
// the call's deadline (then as kUnknown). [loop, and `logs` and `fetch` from any thread]
class Backend {
 public:
  virtual ~Backend() = default;
  virtual const std::vector<std::string>& formats() const = 0;
  virtual void start(BackendEvents& events, BackendDone done) = 0;
  virtual void adopt(const AttemptKey& key, BackendDone done) = 0;
  virtual void launch(const LaunchOrder& order, BackendDone done) = 0;
  virtual void release(const ReleaseOrder& order, BackendDone done) = 0;
  virtual void pools(BackendDone done) = 0;
  virtual void health(BackendDone done) = 0;
  virtual void logs(const LogRequest& request, BackendDone done) = 0;
  virtual void fetch(const FetchRequest& request, BackendDone done) = 0;
  virtual void stop(BackendDone done) = 0;
};

}  // namespace berth
