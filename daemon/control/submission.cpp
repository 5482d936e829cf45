#include "control/submission.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "control/ask_loop.hpp"
#include "control/known_names.hpp"
#include "model/request.hpp"
#include "status/json_text.hpp"

namespace berth {
namespace {

constexpr std::size_t kIdempotencyKeyBytesMax = 255;
constexpr std::size_t kProjectsNamed = 8;

Error bad_field(std::string path, std::string message, std::string hint = "") {
  const std::string whole = path.empty() ? message : path + ": " + message;
  return {"BadRequest", whole, {{std::move(path), std::move(message), std::move(hint)}}};
}

std::vector<std::string> known_types(const Control& control) {
  std::vector<std::string> names;
  for (const auto& [name, type] : control.jobtypes) names.push_back(name);
  return names;
}

// Of two job types that take the same, the first by name.
Manifests known_manifests(const Control& control) {
  Manifests manifests;
  for (const auto& [name, type] : control.jobtypes)
    for (const std::string& kind : type->manifests()) manifests.emplace(kind, name);
  return manifests;
}

Result<void> check_key(const std::string& key) {
  const bool is_plain =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 127; });
  if (key.size() <= kIdempotencyKeyBytesMax && is_plain) return {};
  return bad_field("Idempotency-Key", "must be at most 255 printable ASCII characters, no blanks");
}

Result<std::string> owner_of(const Site& site, const std::string& project) {
  if (const ProjectSetting* known = site.project(project)) return known->owner;
  std::vector<std::string> names;
  for (const ProjectSetting& each : site.projects) names.push_back(each.name);
  const auto near = nearest(project, names);
  const std::string known = names.empty() || names.size() > kProjectsNamed
                                ? "`berth projects` lists them"
                                : "there are: " + join(names, ", ");
  return bad_field("project", "no project \"" + project + "\"" + (near ? "" : "; " + known),
                   near.value_or(""));
}

Result<void> check_size(const Limits& limits, const std::string& type,
                        const std::vector<Group>& groups) {
  std::int64_t members = 0;
  for (const Group& group : groups) {
    if (group.count > limits.group_members_max - members)
      return bad_field(type, "has more than " + std::to_string(limits.group_members_max) +
                                 " members in all its groups (limits.group_members_max)");
    members += group.count;
  }
  return {};
}

// What the job type makes of its own section: the groups come to the rest, the notes are given.
Result<std::vector<Problem>> complete_class(const Control& control, const Request& request,
                                            JobClass& wanted) {
  const auto type = control.jobtypes.find(wanted.type);
  if (type == control.jobtypes.end())
    return bad_field("type", "no job type \"" + wanted.type + "\"",
                     nearest(wanted.type, known_types(control)).value_or(""));
  auto needs = type->second->needs(request.bytes);
  if (!needs) return needs.error();
  if (const auto fits = check_size(control.site.limits, wanted.type, needs->groups); !fits)
    return fits.error();
  wanted.groups = std::move(needs->groups);
  return std::move(needs->notes);
}

std::int64_t or_default(std::int64_t said, std::int64_t otherwise) {
  return said < 0 ? otherwise : said;
}

void take_rules(Job& job, const Request& request, const JobDefaults& defaults) {
  job.start_deadline_ms = or_default(request.start_deadline_ms, defaults.start_deadline_ms);
  job.run_deadline_ms = or_default(request.run_deadline_ms, defaults.run_deadline_ms);
  job.retry_limit = or_default(request.retry_limit, defaults.retry_limit);
  job.retry_on = request.retry_on.empty() ? defaults.retry_on : request.retry_on;
  job.on_cluster_lost = request.on_cluster_lost;
}

Job new_job(const Control& control, const Principal& who, const Request& request, JobClass wanted,
            std::string owner) {
  Job job;
  job.name = request.name;
  job.wanted = std::make_shared<const JobClass>(std::move(wanted));
  job.owner = std::move(owner);
  job.user = who.user;
  job.uid = who.uid;
  job.gid = who.gid;
  job.priority = request.priority;
  job.submitted = control.clock.now();
  take_rules(job, request, control.site.defaults);
  return job;
}

std::string labels_text(const Request& request) {
  Json labels = Json::object();
  for (const auto& [key, value] : request.labels) labels[key] = value;
  return json_text(labels);
}

NewJob accepted_job(const Control& control, const Principal& who, Request& request,
                    const Sent& sent) {
  NewJob accepted;
  accepted.request = std::move(request.bytes);
  accepted.jobtype_version = control.jobtypes.at(request.wanted.type)->version();
  accepted.labels = labels_text(request);
  accepted.ttl_after_finished_ms =
      or_default(request.ttl_after_finished_ms, control.site.defaults.ttl_after_finished_ms);
  accepted.idempotency_key = sent.idempotency_key;
  accepted.principal = "uid:" + std::to_string(who.uid);
  if (!sent.idempotency_key.empty()) accepted.body_hash = sha256_hex(sent.bytes);
  return accepted;
}

// The pools as far as they are known; none while a cluster has still to say what it has.
std::vector<PoolView> pools_if_all_known(Engine& engine) {
  return engine.has_seen_every_cluster() ? engine.pools() : std::vector<PoolView>{};
}

// Whoever sent it hears its notes also when it is the same request again.
Reply<Submitted> with_notes(std::vector<Problem> notes, Reply<Submitted> reply) {
  if (notes.empty()) return reply;
  return [notes = std::move(notes), reply = std::move(reply)](Result<Submitted> submitted) {
    if (submitted) submitted->notes = notes;
    reply(std::move(submitted));
  };
}

void hand_over(Control& control, Submission submission, Reply<Submitted> reply) {
  control.loop.post([&control, submission = std::move(submission),
                     reply = std::move(reply)]() mutable {
    control.engine.submit(std::move(submission), std::move(reply));
  });
}

}  // namespace

Result<Submission> read_submission(const Control& control, const Principal& who, const Sent& sent) {
  if (const auto allowed = control.rules.may_submit(who); !allowed) return allowed.error();
  if (const auto good = check_key(sent.idempotency_key); !good) return good.error();
  auto request = parse_request(sent.bytes, known_types(control), known_manifests(control));
  if (!request) return request.error();
  auto owner = owner_of(control.site, request->wanted.project);
  if (!owner) return owner.error();
  JobClass wanted = request->wanted;
  auto notes = complete_class(control, *request, wanted);
  if (!notes) return notes.error();
  Submission submission;
  submission.job = new_job(control, who, *request, std::move(wanted), std::move(*owner));
  submission.notes = std::move(*notes);
  submission.accepted = accepted_job(control, who, *request, sent);
  submission.strict = request->strict;
  if (!control.rules.is_admin(who))
    submission.jobs_of_user_max = control.site.limits.jobs_per_user_max;
  return submission;
}

void submit_request(Control& control, const Principal& who, const Sent& sent,
                    Reply<Submitted> reply) {
  auto submission = read_submission(control, who, sent);
  if (!submission) return reply(submission.error());
  reply = with_notes(submission->notes, std::move(reply));
  if (!submission->strict) return hand_over(control, std::move(*submission), std::move(reply));
  ask_loop(control, pools_if_all_known,
           [&control, submission = std::move(*submission),
            reply = std::move(reply)](const std::vector<PoolView>& pools) {
             const auto known = check_known_names(*submission.job.wanted,
                                                  submission.accepted.request, control.site, pools);
             if (!known) return reply(known.error());
             hand_over(control, submission, reply);
           });
}

}  // namespace berth
