// HTTP to a pod, through the API server's proxy.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api_tools.hpp"
#include "berth/call.hpp"
#include "pod_choice.hpp"

namespace berth {

struct BadFetch : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Of a `fetch` request, to that place. Throws BadFetch for what could reach anything else than the
// pod, or speak with other credentials than berthd's own. [any]
ApiRequest fetch_request(const nlohmann::json& from, const PodPort& place);

void fetch_from_pod(ApiTools& tools, const Call& call, ApiRequest request);

}  // namespace berth
