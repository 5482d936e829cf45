// Everything to write a job type: what `type: ray` in a request means.
//
//   struct Command {
//     static constexpr std::string_view section = "command";
//     static constexpr std::string_view formats[] = {"process/group"};
//     berth::problems validate(std::string_view request) const;
//     std::string groups(std::string_view request) const;
//     std::string render(std::string_view order) const;
//     std::string interpret(std::string_view native) const;
//     std::string probe(std::string_view turn) const;  // may be left out
//   };
//   BERTH_MODULE(berth::define_jobtype<Command>("command", "1.0.0", "Any program"))
//
// Every function is pure and is called from several I/O threads at once: the class keeps no state
// but its options. Texts are UTF-8 JSON, borrowed for the call; members that are not known here
// must be ignored; times are milliseconds since the Unix epoch. A throw is a fault of the plugin:
// what is wrong with a request is an answer of `validate`, not an exception.
//
// A class may add `static constexpr std::string_view manifests[]`: the "apiVersion/kind" of objects
// that it also takes: a request then has the object as `manifest`, in place of the own section.
// `formats` are workload formats, best first; "process/group" and "kubernetes/objects" are
// described below.
//
// validate(request): the whole request as the user sent it (`type`, `name`, ..., its own section).
//   Checks the own section alone: unknown fields with the nearest name, wrong types,
//   quantities. All problems at once; none: fine. Notes say what will hold otherwise than written;
//   whoever sent the request is told. A request has the section or, where the class takes
//   manifests, "manifest": the object as it was written; paths then begin with "manifest".
//
// groups(request): what the scheduler is to find room for. Amounts are of one member.
//   [{"name": "head", "count": 1, "cpu_milli": 1000, "memory_bytes": 4294967296, "gpu_milli": 0,
//     "skus": ["H100"], "extra": {"fpga": 1000}}]
//
// render(order): the workload, in the order's format.
//   {"format": "process/group", "instance": "...", "job": "j...", "attempt": 1, "name": "j...-a1",
//    "request": {...}, "groups": [...], "token": "hex", "cluster": "west", "pool": "gpu-a"}
//
// interpret(native): {"format": "process/group", "groups": [...], "status": {...}} to:
//   {"state": "starting|running|ready|succeeded|failed|unknown", "reason": "AppFailed",
//    "message": "...", "exit_code": 1, "ready": 2, "wanted": 2, "probe": true,
//    "head": {"name": "...", "ip": "127.0.0.1"}, "endpoints": {"client": "127.0.0.1:1", ...},
//    "environment": {"RAY_AUTH_TOKEN": "{token}"},
//    "pod_errors": [{"pod": "worker-0", "container": "worker", "exit_code": 137,
//                    "reason": "OOMKilled", "message": "...", "time_ms": 0}]}
//   starting: things come up. running: they are up; with "probe" readiness is asked by `probe`.
//   ready: ready by itself. succeeded, failed: the end. Reasons of failed: AppFailed, OOMKilled,
//   NodeLost, ImagePullFailed, SubmissionFailed, Evicted. A reason before the end says what is in
//   its way at the moment, and is shown with the message until a status without one. unknown: this
//   job type does not know what the status says; the last one holds on, and the message is recorded.
//   The native status is always the full
//   picture, so only the newest matters. environment: what clients of the endpoints need; "{token}" is
//   filled in for those who may have it, so the token itself is never written down.
//
// probe(turn): one turn of a conversation with the running job, through the backend.
//   {"job": "...", "attempt": 1, "token": "...", "groups": [...], "endpoints": {...},
//    "memory": what the last step left, or null,
//    "response": null | {"status": 200, "body": "..."} | {"error": "connection refused"}}
//   The answer asks for more:
//   {"fetch": {"endpoint": "dashboard", "method": "GET", "path": "/api/v0/nodes", "headers": {},
//              "body": ""}, "memory": ...}
//   or concludes, to be asked again later:
//   {"ready": 1, "wanted": 2, "done": false, "message": "1 of 2 workers joined", "again_ms": 500,
//    "activity": "active|idle|unknown"}
//
// Format process/group, for programs on one machine:
//   {"members": [{"role": "head", "replica": 0, "main": false, "argv": ["..."],
//                 "environment": {"K": "V"}, "directory": "", "cpu_milli": 1000,
//                 "memory_bytes": 2147483648},
//                {"role": "driver", "replica": 0, "main": true, "argv": ["..."],
//                 "beside": "head-0"}],
//    "files": [{"path": "head.py", "content": "...", "mode": "0600"}], "grace_ms": 10000}
//   cpu_milli and memory_bytes are what the member may use at most, as its group asked for; 0 or
//   absent: no limit. "beside" names the member (ROLE-REPLICA) out of whose amounts this one lives,
//   which then has none of its own: Ray's entrypoint lives out of the head's.
//   The backend writes the files into the attempt's shared folder (0700), which every member gets
//   as BERTH_SHARED; also BERTH_JOB, BERTH_ATTEMPT, BERTH_ROLE, BERTH_REPLICA, PATH, HOME, USER,
//   LANG. Directory "": the shared folder. "main" marks the member whose log is shown. Members
//   publish endpoints by atomically writing $BERTH_SHARED/endpoints.json = {"name": "host:port"}.
//   Its native status:
//   {"members": [{"role": "head", "replica": 0, "state": "starting|running|ended",
//                 "how": "exited|signaled|exec_failed|stopped|evicted|lost|never_ran|cancelled",
//                 "code": 0, "signal": 0, "message": "", "started_ms": 0, "ended_ms": 0,
//                 "oom_kills": 0, "memory_bytes": 0, "memory_peak_bytes": 0, "forks_refused": 0,
//                 "processes_max": 0, "output_bytes": 0, "output_removed_bytes": 0, "tail": ""}],
//    "endpoints": {...}}
//   lost: no exit record was left, so the outcome is unknown and never a success (reason NodeLost).
//   evicted: the backend ended it for what it took beyond its limits; the message says what.
//   oom_kills: how often the kernel ended a process of it for want of memory; memory_bytes and
//   memory_peak_bytes: what it may use and the most that it used, with all beside it. forks_refused:
//   how often it wanted more processes than processes_max. output_removed_bytes of the output_bytes
//   that it printed are not kept. tail: its end, of a main member that failed. Each may be absent.
//
// Format kubernetes/objects, for clusters where an operator makes pods of a custom resource:
//   {"object": {"apiVersion": ..., "kind": ..., "metadata": {"name": "j...-a1"}, ...},
//    "secrets": [{"name": "j...-a1-token", "data": {"auth_token": "plain text"}}],
//    "pods": [{"group": "head", "template": "/spec/headGroupSpec/template",
//              "container": "ray-head", "skus": ["H100"], "gpu": true}],
//    "main": "driver",
//    "endpoints": {"dashboard": {"group": "head", "port": 8265}},
//    "image": "/spec/image", "kept_manifest": true}
//   The backend adds the namespace, its labels and annotations, where pods may run, and what a site
//   gives to those that do not say. Secrets come first, and belong to the object afterwards.
//   "template" points to a PodTemplateSpec (it is made if need be), "container" is its main one,
//   whose log is shown; "skus" are the GPUs of which any will do. "main": the group whose log is
//   shown; absent: the first. "image": where an image belongs besides, if none is there. A pod may
//   have "like_main": init containers that get what the site gives to the main one (image, mounts,
//   variables); and "fields": pointers "labels", "node_selector", "tolerations" and "affinity", to
//   be filled in place of the template, which is then not made. "kept_manifest": a user's own, to
//   which nothing is added that he left out but labels, annotations, namespace and where pods run.
//   Its native status:
//   {"object": {"apiVersion": "...", "kind": "...", "name": "...", "namespace": "...",
//               "uid": "...", "generation": 1, "created_ms": 0, "deleting": false,
//               "annotations": {"berth.dev/...": "..."}, "status": {as the operator wrote it}},
//    "gone": true,
//    "pods": [{"name": "...", "group": "head", "node": "...", "ip": "...", "phase": "Running",
//              "ready": true, "deleting": false, "gone": false, "created_ms": 0,
//              "reason": "Evicted", "message": "...",
//              "unscheduled": {"reason": "Unschedulable", "message": "0/3 nodes ..."},
//              "containers": [{"name": "...", "init": false, "ready": true, "restarts": 0,
//                              "state": "waiting|running|terminated", "reason": "...",
//                              "message": "...", "exit_code": 0, "signal": 0, "started_ms": 0,
//                              "ended_ms": 0, "image": "...",
//                              "last": {"reason": "OOMKilled", "exit_code": 137, "message": "",
//                                       "ended_ms": 0}}]}],
//    "events": [{"on": "Pod/NAME", "reason": "FailedCreate", "message": "...", "count": 1,
//                "time_ms": 0}]}
//   gone (in place of object): somebody else deleted it. Pods that failed are kept when they are
//   gone, at most 100. unscheduled is absent of pods that have a node, last of containers that were
//   never started again. Events are warnings, newest last, at most 50. The annotations have
//   berth.dev/endpoints and berth.dev/containers (the main ones by group), as JSON.
#pragma once

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <tuple>

#include "berth/module.hpp"
#include "berth/options.hpp"
#include "berth/problem.hpp"

namespace berth::inline v1 {

template <typename T>
concept jobtype = std::default_initializable<T> && requires(const T& type, std::string_view text) {
  { std::string_view(T::section) };
  std::size(T::formats);
  { type.validate(text) } -> std::same_as<problems>;
  { type.groups(text) } -> std::same_as<std::string>;
  { type.render(text) } -> std::same_as<std::string>;
  { type.interpret(text) } -> std::same_as<std::string>;
};
template <typename T>
concept probing_jobtype = jobtype<T> && requires(const T& type, std::string_view text) {
  { type.probe(text) } -> std::same_as<std::string>;
};

namespace detail {

template <std::size_t N>
constexpr std::array<berth_str, N> str_rows(const std::string_view (&texts)[N]) {
  std::array<berth_str, N> rows{};
  for (std::size_t i = 0; i < N; ++i) rows[i] = {texts[i].data(), texts[i].size()};
  return rows;
}

using sink_function = std::int32_t (*)(void*, berth_str, const berth_sink*);

// A cold call: text in, text out.
template <jobtype T, typename Answer>
std::int32_t answer(void* instance, std::string_view function, const berth_sink* out,
                    Answer&& text) noexcept {
  held<T>& self = held_by<T>(instance);
  return guarded(self, function, [&] {
    const std::string written = text(static_cast<const T&>(self.plugin));
    out->write(out->context, as_str(written));
    return kDone;
  });
}

template <jobtype T>
std::int32_t run_validate(void* instance, berth_str request, const berth_sink* out) noexcept {
  return answer<T>(instance, "validate", out,
                   [&](const T& type) { return type.validate(as_view(request)).json(); });
}
template <jobtype T>
std::int32_t run_groups(void* instance, berth_str request, const berth_sink* out) noexcept {
  return answer<T>(instance, "groups", out,
                   [&](const T& type) { return type.groups(as_view(request)); });
}
template <jobtype T>
std::int32_t run_render(void* instance, berth_str order, const berth_sink* out) noexcept {
  return answer<T>(instance, "render", out,
                   [&](const T& type) { return type.render(as_view(order)); });
}
template <jobtype T>
std::int32_t run_interpret(void* instance, berth_str native, const berth_sink* out) noexcept {
  return answer<T>(instance, "interpret", out,
                   [&](const T& type) { return type.interpret(as_view(native)); });
}
template <probing_jobtype T>
std::int32_t run_probe(void* instance, berth_str turn, const berth_sink* out) noexcept {
  return answer<T>(instance, "probe", out,
                   [&](const T& type) { return type.probe(as_view(turn)); });
}

template <jobtype T>
constexpr sink_function probe_of() {
  if constexpr (probing_jobtype<T>) {
    return &run_probe<T>;
  } else {
    return nullptr;
  }
}

template <typename T>
constexpr auto manifest_rows() {
  if constexpr (requires { T::manifests; }) {
    return str_rows(T::manifests);
  } else {
    return std::array<berth_str, 0>{};
  }
}

template <typename T>
inline constexpr auto kFormats = str_rows(T::formats);
template <jobtype T>
inline constexpr auto kManifests = manifest_rows<T>();
template <jobtype T>
inline constexpr berth_jobtype_functions kJobtypeFunctions{
    sizeof(berth_jobtype_functions),
    {std::string_view(T::section).data(), std::string_view(T::section).size()},
    kFormats<T>.data(),
    kFormats<T>.size(),
    kManifests<T>.data(),
    kManifests<T>.size(),
    &run_validate<T>,
    &run_groups<T>,
    &run_render<T>,
    &run_interpret<T>,
    probe_of<T>()};

}  // namespace detail

// A row of BERTH_MODULE. `id` is what requests say after `type:`; texts must be literals.
template <jobtype T>
constexpr berth_plugin define_jobtype(std::string_view id, std::string_view version,
                                      std::string_view summary) {
  return detail::describe<T>(BERTH_KIND_JOBTYPE, id, version, summary,
                             &detail::kJobtypeFunctions<T>);
}

}  // namespace berth::inline v1
