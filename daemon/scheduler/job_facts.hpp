// A job as filters and scorers see it: its text turned into ids.
#pragma once

#include <berth/abi.h>

#include <memory>
#include <string>
#include <vector>

#include "model/job_class.hpp"
#include "plugins/intern.hpp"

namespace berth {

// What the scheduler is told of a job.
struct Asker {
  std::shared_ptr<const JobClass> wanted;
  std::string owner;
  std::int64_t priority = 0;
  std::vector<std::string> formats;         // that its type can render
  std::vector<std::string> excluded_pools;  // where it failed to start
};

// Owns the arrays that its record points into; text is looked up, never added. [loop]
class JobFacts {
 public:
  JobFacts(const Asker& asker, const Interns& interns, std::int64_t now_ms);
  JobFacts(const JobFacts&) = delete;
  JobFacts& operator=(const JobFacts&) = delete;

  const berth_job& record() const { return record_; }

 private:
  void add_groups(const JobClass& wanted, const Interns& interns);
  void add_affinities(const JobClass& wanted, const Interns& interns);

  berth_job record_{};
  std::vector<berth_group> groups_;
  std::vector<std::vector<berth_id>> skus_;
  std::vector<std::vector<berth_amount>> extras_;
  std::vector<berth_id> formats_, regions_, zones_;
  std::vector<berth_expression> expressions_;
  std::vector<std::vector<berth_id>> values_;
  std::vector<berth_preference> preferences_;
};

}  // namespace berth
