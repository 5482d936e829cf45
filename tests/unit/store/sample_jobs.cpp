#include "sample_jobs.hpp"

#include <array>
#include <utility>

namespace berth {
namespace {

std::size_t below(std::size_t end, Random& random) { return random() % end; }

std::string random_text(Random& random) {
  static const std::array<std::string, 9> pieces{"a",
                                                 "Zürich",
                                                 "\"",
                                                 "'",
                                                 "\\",
                                                 "\n",
                                                 "漢字",
                                                 std::string(1, '\0'),
                                                 "%s; DROP TABLE jobs; --"};
  std::string text;
  for (std::size_t left = below(6, random); left > 0; --left)
    text += pieces[below(pieces.size(), random)];
  return text;
}

std::vector<std::string> random_texts(Random& random) {
  std::vector<std::string> texts(below(4, random));
  for (std::string& text : texts) text = random_text(random);
  return texts;
}

std::int64_t random_number(Random& random) {
  return static_cast<std::int64_t>(random()) >> below(64, random);
}

Stamp random_stamp(Random& random) {
  if (below(4, random) == 0) return {};
  return {random_number(random), random_number(random), random()};
}

Group random_group(Random& random) {
  Group group;
  group.name = random_text(random);
  group.count = random_number(random);
  group.gpu_milli = random_number(random);
  group.skus = random_texts(random);
  group.extra[random_text(random)] = random_number(random);
  return group;
}

std::shared_ptr<const JobClass> random_class(Random& random) {
  JobClass wanted;
  wanted.type = random_text(random);
  wanted.project = random_text(random);
  for (std::size_t left = below(3, random); left > 0; --left)
    wanted.groups.push_back(random_group(random));
  wanted.regions = random_texts(random);
  wanted.expressions = {{random_text(random), Operator::kNotIn, random_texts(random)}};
  wanted.preferences = {{random_text(random), random_text(random), random_number(random)}};
  wanted.preemptible = below(2, random) == 1;
  return std::make_shared<const JobClass>(std::move(wanted));
}

}  // namespace

Job a_job(const std::string& id) {
  static const auto wanted = [] {
    JobClass one;
    one.type = "command";
    one.project = "eta";
    one.groups = {{"main", 1, 1000, 1 << 30}};
    return std::make_shared<const JobClass>(one);
  }();
  Job job;
  job.id = id;
  job.name = "train";
  job.wanted = wanted;
  job.owner = "maps";
  job.user = "ada";
  job.submitted = {1'000, 10, 7};
  return job;
}

Change accepting(Job job) {
  Change change;
  change.accepted = NewJob{.request = R"({"type":"command"})", .jobtype_version = "1.0"};
  change.accepted->ttl_after_finished_ms = 1'000;
  change.job = std::move(job);
  change.events = {Event{.kind = "Enqueued", .phase = "Pending"}};
  return change;
}

Change changing(Job job, const std::string& kind) {
  Change change;
  change.events = {Event{.kind = kind, .phase = std::string(phase_name(job.phase))}};
  change.job = std::move(job);
  return change;
}

Change with_key(Change change, const std::string& key, const std::string& body_hash) {
  change.accepted->principal = "uid:1000";
  change.accepted->idempotency_key = key;
  change.accepted->body_hash = body_hash;
  return change;
}

Change with_labels(Change change, const std::string& labels) {
  change.accepted->labels = labels;
  return change;
}

Job ended(Job job, std::int64_t at_ms) {
  job.phase = Phase::kSucceeded;
  job.ended = {at_ms, at_ms, 7};
  return job;
}

Attempt random_attempt(int number, Random& random) {
  Attempt attempt;
  attempt.number = number;
  attempt.cluster = random_text(random);
  attempt.pool = random_text(random);
  attempt.tier = random_text(random);
  attempt.external_ref = random_text(random);
  attempt.remote_uid = random_text(random);
  attempt.reason = random_text(random);
  attempt.message = random_text(random);
  attempt.scheduled = random_stamp(random);
  attempt.launched = random_stamp(random);
  attempt.ready = random_stamp(random);
  attempt.ended = random_stamp(random);
  attempt.released = random_stamp(random);
  attempt.status = random_text(random);
  return attempt;
}

Job random_job(const std::string& id, Random& random) {
  Job job;
  job.id = id;
  job.name = random_text(random);
  job.wanted = random_class(random);
  job.owner = random_text(random);
  job.user = random_text(random);
  job.uid = static_cast<std::uint32_t>(random());
  job.gid = static_cast<std::uint32_t>(random());
  job.priority = random_number(random);
  job.phase = static_cast<Phase>(below(6, random));
  job.held = below(2, random) == 1;
  job.held_by = random_text(random);
  job.held_reason = random_text(random);
  job.submitted = random_stamp(random);
  job.ended = random_stamp(random);
  job.start_deadline_ms = random_number(random);
  job.run_deadline_ms = random_number(random);
  job.retry_limit = random_number(random);
  job.retry_on = random_texts(random);
  job.on_cluster_lost = static_cast<OnClusterLost>(below(3, random));
  job.retries_used = static_cast<int>(random());
  job.start_failures = static_cast<int>(random());
  job.excluded_pools = random_texts(random);
  job.not_before = random_stamp(random);
  job.verdict = static_cast<Verdict>(below(4, random));
  job.reason = random_text(random);
  job.message = random_text(random);
  job.exit_code = static_cast<int>(random());
  job.termination = {random_text(random), random_text(random), random_stamp(random)};
  if (below(2, random) == 1)
    job.attempt = random_attempt(1 + static_cast<int>(below(9, random)), random);
  return job;
}

}  // namespace berth
