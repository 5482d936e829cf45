// Everything to write a backend: how a cluster is spoken to.
//
//   class Mine : public berth::Backend {
//    public:
//     static constexpr std::string_view formats[] = {"process/group"};
//     void start(berth::Call call, std::string_view cluster) override;
//     ...
//   };
//   BERTH_MODULE(berth::define_backend<Mine>("mine", "1.0.0", "Jobs on my cluster"))
//
// Every function returns at once; the Call it got may be kept, copied, moved to other threads, and
// is answered later, once. Functions are called from any thread; calls for one (job, attempt) come
// one after the other, others at the same time. Texts are UTF-8 JSON, borrowed until the function
// returns: copy what is kept. Members that are not known here must be ignored; times are
// milliseconds since the Unix epoch. A throw answers the call with UNKNOWN. On a failure the answer
// is {"message": "...", "reason": "SubmissionFailed|ImagePullFailed|..."}, which Call writes.
//
// The forms of workload and native status are those of the workload format; see
// <berth/jobtype.hpp>.
#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>

#include "berth/call.hpp"
#include "berth/jobtype.hpp"
#include "berth/module.hpp"
#include "berth/options.hpp"
#include "berth/worker_pool.hpp"

namespace berth::inline v1 {

// One instance is one cluster. Derive from it; options are members as with any plugin.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  // The first call. `cluster`:
  //   {"instance": "...", "epoch": 1, "cluster": "west", "state_dir": "/absolute, private to it",
  //    "program_dir": "/absolute, where berth-supervise lies",
  //    "pools": [{"name": "gpu-a", "owner": "applied-ai", "settings": {"namespace": "team-a"},
  //               "nodes": [{"sku": "H100", "count": 2, "cpu_milli": 64000, "memory_bytes": 0,
  //                          "gpu_milli": 8000}]}]}
  // A shared pool's owner is "". Settings are the site's, as they are: what they mean is the
  // backend's business, and one that it does not know is worth a warning.
  // OK, with all it holds of this instance: {"found": [{"job", "attempt", "uid", "epoch"}],
  // "tombstones": false, "warnings": ["memory limits are not enforced: ..."]}. Warnings say what this
  // cluster cannot promise; they are logged once and shown for as long as it runs. Tombstones: true
  // promises that once `release` of an attempt was answered OK, a launch of it that is still on its
  // way finds that out and does nothing; without it a launch whose fate is not known is repeated
  // until it is, and only then released.
  virtual void start(Call call, std::string_view cluster) = 0;

  // Finds what is already there of {"job", "attempt", "name"}, and watches it from now on.
  // OK {"external_ref": "...", "uid": "...", "status": {native}}, or NOT_FOUND.
  virtual void adopt(Call call, std::string_view attempt) = 0;

  // Creates the workload. `order`:
  //   {"job", "attempt", "name", "type", "pool", "format", "project", "owner", "workload": {...},
  //    "uid": 0, "gid": 0, "user": "root"}
  // OK {"external_ref": "...", "uid": "...", "warnings": ["spec.foo: unknown field"]}; uid is a nonce
  // of this creation; warnings, at most 20, are for the job's user. Asked again, it starts only what
  // never started and answers the same. TRANSIENT with a reason (QuotaExceeded, ...) is about this job:
  // its user sees reason and message, it is tried again with longer and longer pauses, and nothing is
  // held against the cluster, as is where no reason is given. RateLimited is not held against the job
  // either: when its start deadline has passed it is placed again, wherever there is room.
  virtual void launch(Call call, std::string_view order) = 0;

  // Ends and removes everything of {"job", "attempt", "name", "external_ref", "uid"}.
  // OK {"gone": true, "message": "4 processes gone", "processes": 4} only when that is confirmed,
  // else TRANSIENT. An attempt that was never seen leaves a tombstone, so that a late launch of it
  // does not run, and is OK. With "forget": true it was released long ago and its job is gone: what was
  // kept of it, such as its output, may go, too.
  virtual void release(Call call, std::string_view attempt) = 0;

  // What there is and what others than this instance left free; what this instance uses is not
  // subtracted.
  // OK {"pools": [{"name": "gpu-a", "shapes": [
  //       {"sku": "H100", "nodes": 2, "cpu_milli", "memory_bytes", "gpu_milli",
  //        "rooms": [{"nodes": 2, "cpu_milli", "memory_bytes", "gpu_milli"}]}]}]}
  // Always all of them. A pool that may have less than its nodes together, as where a quota bounds
  // it, says so: "at_most": {"cpu_milli", "memory_bytes", "gpu_milli"}, each only where bounded.
  // Besides those of `start` it may report what looks like a pool to it:
  // {"name": "west-ml", "discovered": true, "owner": "eta", "labels": {"gen": "h"}, "shapes": [...]};
  // owner "shared" or "": everybody's. Such a pool is taken only where the site says
  // `discover_pools = true` and knows the owner; launch orders then name it as any other.
  virtual void pools(Call call) = 0;

  // OK {} or TRANSIENT.
  virtual void health(Call call) = 0;

  // {"job", "attempt", "name", "role", "replica", "offset", "limit"}; role "": the main member;
  // offset -1 with "tail": that many bytes from the end. Offsets count raw bytes.
  // OK {"data": "clean UTF-8", "offset": 0, "next": 123, "end": false, "dropped": 0,
  //     "role": "driver", "replica": 0}; end: no more will ever come.
  virtual void logs(Call call, std::string_view request) = 0;

  // Talks HTTP to a job's endpoint. {"job", "attempt", "name", "endpoint", "method", "path",
  // "headers": {}, "body": "", "timeout_ms": 5000, "limit_bytes": 1048576}
  // OK {"status": 200, "headers": {}, "body": "..."} or TRANSIENT.
  virtual void fetch(Call call, std::string_view) {
    call.permanent("this backend cannot talk to a job's endpoints");
  }

  virtual void put_secret(Call call, std::string_view) {
    call.permanent("this backend keeps no secrets");
  }

  // The last call. Jobs keep running. After the answer nothing may be posted any more.
  virtual void stop(Call call) = 0;

  // For the veneer: where answers go, set before `start`.
  void attach(const berth_backend_host* host) { host_ = host; }
  const berth_backend_host* attached() const { return host_; }

 protected:
  // Tells the host what nobody asked about; from the call of `start` to the answer of `stop`.
  //   {"kind": "workload", "job", "attempt", "uid", "status": {native}}: always the full picture
  //   {"kind": "pools", "pools": [...]}
  void post_event(std::string_view json) const { host_->event(host_->context, as_str(json)); }

  // The host's wall clock.
  std::chrono::milliseconds now() const {
    return std::chrono::milliseconds(host_->now_ms(host_->context));
  }

 private:
  const berth_backend_host* host_ = nullptr;
};

template <typename T>
concept backend = std::derived_from<T, Backend> && std::default_initializable<T> &&
                  requires { std::size(T::formats); };

namespace detail {

// Makes the call's handle and hands it over. What is thrown answers it, unless that was done.
template <backend T, typename Body>
std::int32_t dispatch(void* instance, std::uint64_t number, Body&& body) noexcept {
  held<T>& self = held_by<T>(instance);
  return guarded(self, "a backend call", [&] {
    const Call call(self.plugin.attached(), number);
    try {
      body(static_cast<Backend&>(self.plugin), call);
    } catch (const std::exception& error) {
      call.unknown(error.what());
    } catch (...) {
      call.unknown("the backend threw something that is no std::exception");
    }
    return kDone;
  });
}

template <backend T>
std::int32_t run_start(void* instance, const berth_backend_host* host, std::uint64_t number,
                       berth_str cluster) noexcept {
  held_by<T>(instance).plugin.attach(host);
  return dispatch<T>(instance, number, [&](Backend& backend, const Call& call) {
    backend.start(call, as_view(cluster));
  });
}

template <backend T, void (Backend::*Method)(Call, std::string_view)>
std::int32_t run_with_text(void* instance, std::uint64_t number, berth_str text) noexcept {
  return dispatch<T>(instance, number, [&](Backend& backend, const Call& call) {
    (backend.*Method)(call, as_view(text));
  });
}

template <backend T, void (Backend::*Method)(Call)>
std::int32_t run_bare(void* instance, std::uint64_t number) noexcept {
  return dispatch<T>(instance, number,
                     [](Backend& backend, const Call& call) { (backend.*Method)(call); });
}

template <backend T>
inline constexpr berth_backend_functions kBackendFunctions{sizeof(berth_backend_functions),
                                                           kFormats<T>.data(),
                                                           kFormats<T>.size(),
                                                           &run_start<T>,
                                                           &run_with_text<T, &Backend::adopt>,
                                                           &run_with_text<T, &Backend::launch>,
                                                           &run_with_text<T, &Backend::release>,
                                                           &run_bare<T, &Backend::pools>,
                                                           &run_bare<T, &Backend::health>,
                                                           &run_with_text<T, &Backend::put_secret>,
                                                           &run_with_text<T, &Backend::logs>,
                                                           &run_with_text<T, &Backend::fetch>,
                                                           &run_bare<T, &Backend::stop>};

}  // namespace detail

// A row of BERTH_MODULE. `id` is what a cluster in the site file says after `backend =`.
template <backend T>
constexpr berth_plugin define_backend(std::string_view id, std::string_view version,
                                      std::string_view summary) {
  return detail::describe<T>(BERTH_KIND_BACKEND, id, version, summary,
                             &detail::kBackendFunctions<T>);
}

}  // namespace berth::inline v1
