// A request whose answer has no end.
#pragma once

#include <memory>

#include "api_client.hpp"

namespace berth {

// [io]
std::unique_ptr<ApiStream> open_stream(const std::shared_ptr<ApiClient::Core>& core,
                                       ApiRequest request, StreamListener listener,
                                       StreamLimits limits);

}  // namespace berth
