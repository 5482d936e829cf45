#include "model/reason.hpp"

#include <algorithm>

namespace berth {

const std::vector<std::string>& retry_reasons() {
  static const std::vector<std::string> kReasons{
      "NodeLost",  "ClusterLost",     "Preempted",        "Evicted",      "AppFailed",
      "OOMKilled", "ImagePullFailed", "SubmissionFailed", "StartTimeout", "DeadlineExceeded"};
  return kReasons;
}

bool is_retry_reason(std::string_view word) {
  const auto& reasons = retry_reasons();
  return std::find(reasons.begin(), reasons.end(), word) != reasons.end();
}

}  // namespace berth
