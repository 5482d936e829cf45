// A job's way as lines: one for each phase it enters, with what is worth knowing there.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace berth {

// Prints
//   j7k2mbqx4tuvwx  Scheduled  west/gpu-a  owned by applied-ai, best of 2 (1 refused)     0.0 s
//                  Running    head 127.0.0.1:41873, workers 2/2                          9.8 s
class JobStory {
 public:
  JobStory(Context& context, std::string job_id);

  // What has happened since the last call: the events in order, and the job as it is after them. A
  // phase that the events do not show is told from the job.
  void tell(const nlohmann::json& job, const std::vector<nlohmann::json>& events);

  // Events that were there before are not told; call instead of the first `tell`.
  void skip(const nlohmann::json& job, const std::vector<nlohmann::json>& events);

  // Where a terminal allows it: the phase it is in and for how long, drawn over.
  void show_waiting(const nlohmann::json& job, std::int64_t age_ms);

 private:
  void tell_event(const nlohmann::json& job, const nlohmann::json& event, bool is_last_phase);
  void tell_release(const nlohmann::json& job, const nlohmann::json& event);
  void tell_phase(const std::string& phase, const std::string& text, std::int64_t age_ms);
  void tell_why_it_waits(const nlohmann::json& job);
  void tell_outcome(const nlohmann::json& job, std::int64_t age_ms);
  std::string line(const std::string& phase, const std::string& text, const std::string& time);
  std::string placed_text(const nlohmann::json& job, const nlohmann::json& event);

  Context& context_;
  std::string job_id_;
  bool has_named_job_ = false;
  bool has_told_outcome_ = false;
  std::string phase_;      // told last
  std::string waits_for_;  // reason seen last
};

}  // namespace berth
