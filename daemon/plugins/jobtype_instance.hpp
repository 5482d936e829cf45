// A job type out of a library.
#pragma once

#include <memory>

#include "plugins/instance.hpp"
#include "plugins/jobtype.hpp"

namespace berth {

// Errors of all functions: "PluginFailed"; of `needs` also "BadRequest" with a detail for each
// problem.
class JobTypeInstance final : public JobType {
 public:
  explicit JobTypeInstance(std::unique_ptr<Instance> instance);

  const std::string& type() const override { return table_.section; }
  const std::string& version() const override { return instance_->descriptor().version; }
  const std::vector<std::string>& formats() const override { return table_.formats; }
  const std::vector<std::string>& manifests() const override { return table_.manifests; }
  Result<Needs> needs(std::string_view request) const override;
  Result<std::string> render(const RenderOrder& order) const override;
  Result<Observation> interpret(std::string_view format, const std::vector<Group>& groups,
                                std::string_view native_status) const override;
  Result<ProbeStep> probe(const ProbeTurn& turn) const override;

 private:
  using Function = std::int32_t (*)(void*, berth_str, const berth_sink*);
  Result<std::string> ask(Function function, const char* name, std::string_view text) const;
  template <typename T>
  Result<T> checked(Result<T> answer, const char* function) const;

  std::unique_ptr<Instance> instance_;
  const JobTypeTable& table_;
};

}  // namespace berth
