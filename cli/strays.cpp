#include <nlohmann/json.hpp>

#include "cli/exit_code.hpp"
#include "cli/json_field.hpp"
#include "cli/output_form.hpp"
#include "cli/store_files.hpp"
#include "cli/text_table.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

std::string what_to_do(const Json& stray) {
  if (flag_field(stray, "going")) return "is being released";
  const std::string phase = text_field(stray, "job_phase");
  if (phase == "Pending") return "its job waits: adopt or release it";
  if (phase.empty()) return "its job is not known: if no other berthd has it, wait for its end, then release it";
  return "its job is " + phase + ": release it, or wait until the job is Pending";
}

}  // namespace

int run_strays(Context& context, const std::string& output) {
  const auto answer = ask(context, "/v1/strays");
  if (!answer) return fail(context, answer.error());
  const OutputForm form = output_form(output);
  if (form == OutputForm::kJson) context.console.raw(pretty_json(*answer));
  if (form == OutputForm::kYaml) context.console.raw(yaml_text(*answer));
  if (form == OutputForm::kJson || form == OutputForm::kYaml) return kExitGood;
  TextTable table({{"NAME"}, {"CLUSTER"}, {"EPOCH", false, true}, {"JOB"}, {"WHAT TO DO", true}});
  for (const Json& stray : field(*answer, "strays")) {
    if (form == OutputForm::kName) context.console.line(text_field(stray, "name"));
    const std::string phase = text_field(stray, "job_phase");
    table.add({text_field(stray, "name"), text_field(stray, "cluster"),
               std::to_string(number_field(stray, "epoch")), phase.empty() ? "unknown" : phase,
               what_to_do(stray)});
  }
  if (form == OutputForm::kName) return kExitGood;
  if (table.empty())
    context.console.note("no strays: what stands on the clusters is of jobs that are known here");
  else
    context.console.lines(table.text(context.console));
  return kExitGood;
}

int run_act_on_stray(Context& context, const std::string& verb, const std::string& stray,
                     const std::string& reason) {
  const auto answer = tell(context, "/v1/strays/" + stray + ":" + verb, {{"reason", reason}});
  if (!answer) return fail(context, answer.error());
  context.console.line(stray + "  " +
                       (verb == "adopt" ? "adopted: its job goes on with it"
                                        : "is being released; its things are going away"));
  return kExitGood;
}

}  // namespace berth
