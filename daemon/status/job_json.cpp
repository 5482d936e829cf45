#include "status/job_json.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "status/json_row.hpp"

namespace berth {
namespace {

Json time_or_null(const Stamp& stamp) {
  return stamp ? Json(iso_time(stamp.wall_ms)) : Json(nullptr);
}

void add_time(JsonRow& row, const char* name, const Stamp& stamp) {
  if (!stamp) return row.null(name);
  row.text(name, iso_time(stamp.wall_ms));
}

const char* verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNone:
      return "";
    case Verdict::kSucceed:
      return "Succeeded";
    case Verdict::kFail:
      return "Failed";
    case Verdict::kRetry:
      return "Retry";
  }
  return "";
}

// From ready to the end; of a job too short to have been seen ready, from its launch.
std::optional<std::int64_t> runtime_ms(const Job& job, const Stamp& now) {
  const Attempt& attempt = job.attempt;
  const Stamp& end = attempt.ended ? attempt.ended : job.ended;
  if (attempt.ready) return elapsed_ms(attempt.ready, end ? end : now);
  if (end && attempt.launched) return elapsed_ms(attempt.launched, end);
  return std::nullopt;
}

void add_assignment(JsonRow& row, const Attempt& attempt) {
  if (attempt.number == 0 || attempt.cluster.empty()) return row.null("assignment");
  row.json("assignment", json_text({{"cluster", attempt.cluster},
                                    {"pool", attempt.pool},
                                    {"attempt", attempt.number},
                                    {"tier", attempt.tier}}));
}

// Why a job waits is Berth's own word on the fleet; why it was tried before and failed is not.
bool is_about_the_fleet(const std::string& reason) { return reason != "BackingOff"; }

void add_reason(JsonRow& row, const Job& job, const PendingReasons& reasons, Sight sight) {
  const auto fresh = job.phase == Phase::kPending ? reasons.find(job.id) : reasons.end();
  const bool is_fresh = fresh != reasons.end();
  const std::string& reason = is_fresh ? fresh->second->reason : job.reason;
  const bool is_shown = sight == Sight::kInside || (is_fresh && is_about_the_fleet(reason));
  row.text("reason", reason);
  row.text("message", !is_shown ? "" : is_fresh ? fresh->second->message : job.message);
  if (job.held) row.json("held", json_text({{"by", job.held_by}, {"reason", job.held_reason}}));
}

void add_times(JsonRow& row, const Job& job, const Stamp& now) {
  add_time(row, "submitted", job.submitted);
  add_time(row, "ended", job.ended);
  row.number("age_ms", elapsed_ms(job.submitted, now));
  const auto runtime = runtime_ms(job, now);
  runtime ? row.number("runtime_ms", *runtime) : row.null("runtime_ms");
}

// What the job type made of its cluster's last word.
Json observation_json(const Attempt& attempt, Sight sight) {
  Json out = Json::object();
  const Json seen = parsed_or_null(attempt.status);
  if (!seen.is_object()) return out;
  const auto add = [&](const char* key) {
    if (const auto found = seen.find(key); found != seen.end() && !found->empty())
      out[key] = *found;
  };
  add("workers");
  if (sight == Sight::kInside)
    for (const char* key : {"head", "endpoints", "pod_errors"}) add(key);
  if (!out.contains("workers") && seen.contains("wanted"))
    out["workers"] = {{"ready", seen.value("ready", 0)}, {"wanted", seen["wanted"]}};
  return out;
}

void add_observation(JsonRow& row, const Attempt& attempt, Sight sight) {
  if (attempt.status.empty()) return;
  const Json seen = observation_json(attempt, sight);
  for (const auto& [name, value] : seen.items()) row.json(name, json_text(value));
}

void add_outcome(JsonRow& row, const Job& job) {
  row.number("exit_code", job.exit_code);
  if (job.verdict != Verdict::kNone) row.text("verdict", verdict_text(job.verdict));
  if (!job.termination.at) return;
  row.json("termination", json_text({{"reason", job.termination.reason},
                                     {"user", job.termination.user},
                                     {"time", iso_time(job.termination.at.wall_ms)}}));
}

void add_wish(JsonRow& row, const JobClass& wanted) {
  const std::int64_t gpu_milli = total_gpu_milli(wanted);
  row.json("gpu", gpu_milli == 0 ? "0.0" : json_text(static_cast<double>(gpu_milli) / 1000));
  row.truth("preemptible", wanted.preemptible);
}

}  // namespace

void append_job(std::string& out, const Job& job, const PendingReasons& reasons, const Stamp& now,
                Sight sight) {
  static const JobClass kNothingWanted;
  const JobClass& wanted = job.wanted ? *job.wanted : kNothingWanted;
  JsonRow row(out);
  row.text("id", job.id);
  row.text("name", job.name);
  row.text("type", wanted.type);
  row.text("project", wanted.project);
  row.text("owner", job.owner);
  row.text("user", job.user);
  row.number("uid", job.uid);
  row.number("priority", job.priority);
  row.text("phase", phase_name(job.phase));
  add_reason(row, job, reasons, sight);
  add_times(row, job, now);
  add_wish(row, wanted);
  add_assignment(row, job.attempt);
  row.number("attempts", job.attempt.number);
  add_outcome(row, job);
  add_observation(row, job.attempt, sight);
  row.end();
}

Json job_json(const Job& job, const PendingReasons& reasons, const Stamp& now, Sight sight) {
  std::string row;
  append_job(row, job, reasons, now, sight);
  return Json::parse(row);
}

Json groups_json(const std::vector<Group>& groups) {
  Json list = Json::array();
  for (const Group& group : groups) {
    Json row{{"name", group.name},           {"count", group.count},
             {"cpu_milli", group.cpu_milli}, {"memory_bytes", group.memory_bytes},
             {"gpu_milli", group.gpu_milli}, {"skus", group.skus}};
    if (!group.extra.empty()) row["extra"] = group.extra;
    list.push_back(std::move(row));
  }
  return list;
}

Json attempt_json(const Attempt& attempt, Sight sight) {
  const bool is_inside = sight == Sight::kInside;
  Json out{{"attempt", attempt.number},
           {"cluster", attempt.cluster},
           {"pool", attempt.pool},
           {"tier", attempt.tier},
           {"external_ref", is_inside ? attempt.external_ref : ""},
           {"remote_uid", is_inside ? attempt.remote_uid : ""},
           {"reason", attempt.reason},
           {"message", is_inside ? attempt.message : ""},
           {"scheduled", time_or_null(attempt.scheduled)},
           {"launched", time_or_null(attempt.launched)},
           {"ready", time_or_null(attempt.ready)},
           {"ended", time_or_null(attempt.ended)},
           {"released", time_or_null(attempt.released)}};
  out.update(observation_json(attempt, sight));
  return out;
}

Json endpoints_json(const Attempt& attempt) {
  const Json seen = parsed_or_null(attempt.status);
  if (!seen.is_object() || !seen.contains("endpoints") || !seen["endpoints"].is_object())
    return Json::object();
  return seen["endpoints"];
}

}  // namespace berth
