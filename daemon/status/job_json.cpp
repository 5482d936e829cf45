#include "status/job_json.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

Json time_or_null(const Stamp& stamp) {
  return stamp ? Json(iso_time(stamp.wall_ms)) : Json(nullptr);
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
Json runtime_ms(const Job& job, const Stamp& now) {
  const Attempt& attempt = job.attempt;
  const Stamp& end = attempt.ended ? attempt.ended : job.ended;
  if (attempt.ready) return elapsed_ms(attempt.ready, end ? end : now);
  if (end && attempt.launched) return elapsed_ms(attempt.launched, end);
  return nullptr;
}

Json assignment_json(const Attempt& attempt) {
  if (attempt.number == 0 || attempt.cluster.empty()) return nullptr;
  return {{"cluster", attempt.cluster},
          {"pool", attempt.pool},
          {"attempt", attempt.number},
          {"tier", attempt.tier}};
}

// Why a job waits is Berth's own word on the fleet; why it was tried before and failed is not.
bool is_about_the_fleet(const std::string& reason) { return reason != "BackingOff"; }

void add_reason(Json& out, const Job& job, const PendingReasons& reasons, Sight sight) {
  const auto fresh = job.phase == Phase::kPending ? reasons.find(job.id) : reasons.end();
  const bool is_fresh = fresh != reasons.end();
  out["reason"] = is_fresh ? fresh->second.first : job.reason;
  const bool is_shown =
      sight == Sight::kInside || (is_fresh && is_about_the_fleet(fresh->second.first));
  const std::string& message = is_fresh ? fresh->second.second : job.message;
  out["message"] = is_shown ? message : std::string();
  if (job.held) out["held"] = {{"by", job.held_by}, {"reason", job.held_reason}};
}

void add_times(Json& out, const Job& job, const Stamp& now) {
  out["submitted"] = time_or_null(job.submitted);
  out["ended"] = time_or_null(job.ended);
  out["age_ms"] = elapsed_ms(job.submitted, now);
  out["runtime_ms"] = runtime_ms(job, now);
}

// What the job type made of its cluster's last word.
void add_observation(Json& out, const Attempt& attempt, Sight sight) {
  const Json seen = parsed_or_null(attempt.status);
  if (!seen.is_object()) return;
  const auto add = [&](const char* key) {
    if (const auto found = seen.find(key); found != seen.end() && !found->empty())
      out[key] = *found;
  };
  add("workers");
  if (sight == Sight::kInside)
    for (const char* key : {"head", "endpoints", "pod_errors"}) add(key);
  if (!out.contains("workers") && seen.contains("wanted"))
    out["workers"] = {{"ready", seen.value("ready", 0)}, {"wanted", seen["wanted"]}};
}

void add_outcome(Json& out, const Job& job) {
  out["exit_code"] = job.exit_code;
  if (job.verdict != Verdict::kNone) out["verdict"] = verdict_text(job.verdict);
  if (!job.termination.at) return;
  out["termination"] = {{"reason", job.termination.reason},
                        {"user", job.termination.user},
                        {"time", iso_time(job.termination.at.wall_ms)}};
}

void add_wish(Json& out, const JobClass& wanted) {
  out["gpu"] = static_cast<double>(total_gpu_milli(wanted)) / 1000;
  out["preemptible"] = wanted.preemptible;
}

}  // namespace

Json job_json(const Job& job, const PendingReasons& reasons, const Stamp& now, Sight sight) {
  static const JobClass kNothingWanted;
  const JobClass& wanted = job.wanted ? *job.wanted : kNothingWanted;
  Json out{{"id", job.id},
           {"name", job.name},
           {"type", wanted.type},
           {"project", wanted.project},
           {"owner", job.owner},
           {"user", job.user},
           {"uid", job.uid},
           {"priority", job.priority},
           {"phase", phase_name(job.phase)}};
  add_reason(out, job, reasons, sight);
  add_times(out, job, now);
  add_wish(out, wanted);
  out["assignment"] = assignment_json(job.attempt);
  out["attempts"] = job.attempt.number;
  add_outcome(out, job);
  add_observation(out, job.attempt, sight);
  return out;
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
  add_observation(out, attempt, sight);
  return out;
}

Json endpoints_json(const Attempt& attempt) {
  const Json seen = parsed_or_null(attempt.status);
  if (!seen.is_object() || !seen.contains("endpoints") || !seen["endpoints"].is_object())
    return Json::object();
  return seen["endpoints"];
}

}  // namespace berth
