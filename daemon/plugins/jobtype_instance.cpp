#include "plugins/jobtype_instance.hpp"

#include <utility>

#include "plugins/jobtype_forms.hpp"

namespace berth {
namespace {

Error bad_request(const std::string& section, std::vector<Problem> problems) {
  const bool is_manifest = problems.front().path.starts_with("manifest");
  const std::string where =
      is_manifest ? "the manifest" : "the request's section \"" + section + "\"";
  const std::string count = std::to_string(problems.size());
  return {"BadRequest", where + " has " + count + (problems.size() == 1 ? " problem" : " problems"),
          std::move(problems)};
}

}  // namespace

JobTypeInstance::JobTypeInstance(std::unique_ptr<Instance> instance)
    : instance_(std::move(instance)),
      table_(std::get<JobTypeTable>(instance_->descriptor().table)) {}

Result<std::string> JobTypeInstance::ask(Function function, const char* name,
                                         std::string_view text) const {
  const std::string function_name = name;
  if (!instance_->is_alive())
    return instance_->record()->failed("is in quarantine, because berthd died while it ran");
  if (function == nullptr) return instance_->record()->failed("has no function " + function_name);
  TextSink sink(instance_->surroundings().budgets.text_bytes_max);
  const Instance::Outcome outcome = instance_->call([&](void* handle) {
    return function(handle, {text.data(), text.size()}, sink.record());
  });
  if (outcome.code != 0)
    return instance_->record()->failed("failed in " + function_name + " with " +
                                       std::to_string(outcome.code));
  if (sink.overflowed())
    return instance_->record()->failed("wrote more than is allowed in " + function_name);
  return sink.text();
}

template <typename T>
Result<T> JobTypeInstance::checked(Result<T> answer, const char* function) const {
  if (answer) return answer;
  return instance_->record()->failed(std::string("gave a bad answer: what ") + function +
                                     " wrote " + answer.error().message);
}

Result<Needs> JobTypeInstance::needs(std::string_view request) const {
  const auto said = ask(table_.functions.validate, "validate", request);
  if (!said) return said.error();
  auto judgement = checked(read_judgement(*said), "validate");
  if (!judgement) return judgement.error();
  if (!judgement->problems.empty()) return bad_request(type(), std::move(judgement->problems));
  const auto written = ask(table_.functions.groups, "groups", request);
  if (!written) return written.error();
  auto groups = checked(read_groups(*written), "groups");
  if (!groups) return groups.error();
  return Needs{std::move(*groups), std::move(judgement->notes)};
}

Result<std::string> JobTypeInstance::render(const RenderOrder& order) const {
  const auto written = ask(table_.functions.render, "render", order_text(order));
  if (!written) return written.error();
  return checked(read_workload(*written), "render");
}

Result<Observation> JobTypeInstance::interpret(std::string_view format,
                                               const std::vector<Group>& groups,
                                               std::string_view native_status) const {
  const auto written =
      ask(table_.functions.interpret, "interpret", native_text(format, groups, native_status));
  if (!written) return written.error();
  auto observation = checked(read_observation(*written), "interpret");
  if (observation && table_.functions.probe == nullptr) observation->wants_probe = false;
  return observation;
}

Result<ProbeStep> JobTypeInstance::probe(const ProbeTurn& turn) const {
  const auto written = ask(table_.functions.probe, "probe", turn_text(turn));
  if (!written) return written.error();
  return checked(read_step(*written), "probe");
}

}  // namespace berth
