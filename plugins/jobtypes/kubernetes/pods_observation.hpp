// What the pods of a job mean for it, whatever kind of object they belong to.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "kubernetes_objects/pod_status.hpp"
#include "kubernetes_objects/pod_words.hpp"
#include "process_group/observation.hpp"

namespace berth {

// Who is who among the groups of a job.
struct PodRoles {
  std::string_view leader;            // "head", "driver": whose address is the job's
  std::vector<std::string_view> not_workers;  // beside the leader
};

// Workers that are ready and wanted, bad ends, the leader's name and address, endpoints.
Observation observe_pods(const kube::ObjectStatus& object, const nlohmann::json& groups,
                         const PodRoles& roles);

void succeed(Observation& seen);
void fail(Observation& seen, std::string_view reason, int exit_code, std::string message);
// It was taken off by somebody, who may let it go on.
void say_suspended(Observation& seen);

// It failed, for a pod did; `names_it`: the message says which.
void fail_with(Observation& seen, const kube::PodFailure& failure, bool names_it);
// It failed for good when an image cannot be had. True when that is so.
bool fail_if_hopeless(Observation& seen, const std::optional<kube::Trouble>& trouble);
// An application sees that its parts failed, but not that they had no more memory: says so of the
// first of them that had none.
void blame_memory(Observation& seen);
// Its object was deleted by somebody else.
void fail_as_deleted(Observation& seen, const kube::ObjectStatus& object);

// The newest pod of a group that failed, gone or not; null when none did.
const kube::PodStatus* find_failed(const kube::ObjectStatus& object, std::string_view group);

// The container of a group that its work is done in: what the backend noted, else `usual`.
std::string main_container(const kube::ObjectStatus& object, std::string_view group,
                           std::string_view usual);

// Adds to what is said, with "; " between.
// The exit code that stands behind `words` in a message, of a signal 128 and its number; 0: none
// does. [any]
int exit_code_after(std::string_view words, std::string_view message);

void say_also(Observation& seen, const std::string& words);

// Made from a manifest of the user's: Berth's own rules about restarts and tokens do not hold.
bool is_from_manifest(const kube::ObjectStatus& object);

}  // namespace berth
