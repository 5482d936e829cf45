// A job type that does what the test says.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/jobtype.hpp"

namespace berth {

class ScriptedJobType final : public JobType {
 public:
  const std::string& type() const override { return type_; }
  const std::string& version() const override { return version_; }
  const std::vector<std::string>& formats() const override { return formats_; }
  const std::vector<std::string>& manifests() const override { return manifests_; }
  Result<Needs> needs(std::string_view) const override { return Needs{}; }
  Result<std::string> render(const RenderOrder& order) const override { return on_render(order); }
  Result<Observation> interpret(std::string_view format, const std::vector<Group>& groups,
                                std::string_view native) const override {
    return on_interpret(format, groups, native);
  }
  Result<ProbeStep> probe(const ProbeTurn& turn) const override { return on_probe(turn); }

  ScriptedJobType& speaks(std::vector<std::string> formats) {
    return formats_ = std::move(formats), *this;
  }

  std::function<Result<std::string>(const RenderOrder&)> on_render =
      [](const RenderOrder&) -> Result<std::string> { return std::string("{}"); };
  std::function<Result<Observation>(std::string_view, const std::vector<Group>&, std::string_view)>
      on_interpret = [](std::string_view, const std::vector<Group>&, std::string_view) {
        return Result<Observation>(Observation{});
      };
  std::function<Result<ProbeStep>(const ProbeTurn&)> on_probe = [](const ProbeTurn&) {
    ProbeStep step;
    step.done = true;
    return Result<ProbeStep>(step);
  };

 private:
  std::string type_ = "sim";
  std::string version_ = "1";
  std::vector<std::string> formats_{"sim"};
  std::vector<std::string> manifests_;
};

}  // namespace berth
