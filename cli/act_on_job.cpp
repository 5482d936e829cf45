#include "cli/act_on_job.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/find_job.hpp"
#include "cli/json_field.hpp"

namespace berth {
namespace {

std::string done_text(const std::string& verb) {
  if (verb == "kill") return "is being killed; its things are going away";
  if (verb == "hold") return "held: it is not placed until `berth resume`";
  if (verb == "resume") return "is not held any more";
  if (verb == "requeue") return "goes back to the queue";
  if (verb == "cordon") return "cordoned: it takes no new jobs";
  if (verb == "uncordon") return "takes jobs again";
  if (verb == "drain") return "drains: it takes no new jobs, those that run may end";
  if (verb == "forget") return "forgotten: what ran there was given up";
  return verb;
}

nlohmann::json reason_body(const std::string& reason) { return {{"reason", reason}}; }

int act_on_job(Context& context, const std::string& verb, const std::string& reference,
               const std::string& reason) {
  const auto id = find_job(context, reference);
  if (!id) return fail(context, id.error());
  const auto answer = tell(context, "/v1/jobs/" + *id + ":" + verb, reason_body(reason));
  if (!answer) return fail(context, answer.error());
  const std::string said = text_field(*answer, "message");  // where there was nothing to do
  context.console.line(*id + "  " + (said.empty() ? done_text(verb) : said));
  return kExitGood;
}

}  // namespace

int run_act_on_jobs(Context& context, const std::string& verb, const std::vector<std::string>& jobs,
                    const std::string& reason) {
  int exit_code = kExitGood;
  for (const std::string& job : jobs) {
    const int code = act_on_job(context, verb, job, reason);
    if (exit_code == kExitGood) exit_code = code;
    if (code == kExitUnreachable) break;
  }
  return exit_code;
}

int run_act_on_cluster(Context& context, const std::string& verb, const std::string& cluster,
                       const std::string& reason) {
  const auto answer = tell(context, "/v1/clusters/" + cluster + ":" + verb, reason_body(reason));
  if (!answer) return fail(context, answer.error());
  std::string line = cluster + "  " + done_text(verb);
  if (const auto jobs = number_field(*answer, "jobs", -1); jobs >= 0)
    line += " (" + std::to_string(jobs) + " jobs)";
  context.console.line(line);
  return kExitGood;
}

int fail_without_reason(Context& context, const std::string& verb,
                        const std::vector<std::string>& names) {
  return fail(context, {"Usage", "a reason is required: berth " + verb + " " + join(names, " ") +
                                     " --reason \"...\""});
}

}  // namespace berth
