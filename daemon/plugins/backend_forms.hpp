// The JSON that goes to backends and comes back. Errors of all that is read: "BadAnswer", whose
// message goes on from "the answer ". [any]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "plugins/backend.hpp"
#include "plugins/catalog.hpp"

namespace berth {

enum class BackendFunction : std::uint8_t {
  kStart = 1,
  kAdopt,
  kLaunch,
  kRelease,
  kPools,
  kHealth,
  kLogs,
  kFetch,
  kStop,
};
std::string_view function_name(BackendFunction function);

std::string cluster_text(const BackendSite& site);
std::string attempt_text(const AttemptKey& key);
std::string launch_text(const LaunchOrder& order);
std::string release_text(const ReleaseOrder& order);
std::string logs_text(const LogRequest& request);
std::string fetch_text(const FetchRequest& request);

Result<BackendReply> read_reply(BackendFunction function, berth_call_status status,
                                std::string_view answer);

// What nobody asked about; kinds of event that are not known here are nothing.
using BackendEvent = std::variant<std::monostate, WorkloadEvent, std::vector<ReportedPool>>;
Result<BackendEvent> read_event(std::string_view event);

}  // namespace berth
