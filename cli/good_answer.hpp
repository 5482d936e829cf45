// Whether what answers at the socket is berthd at all: any program can say 200.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/error.hpp"
#include "cli/client.hpp"

namespace berth {

constexpr const char* kBadReply = "BadReply";

// The body of a good answer, when it holds what every berthd answers to this request with. Error:
// kBadReply.
Result<nlohmann::json> good_answer(const ControlRequest& request, const std::string& body);

}  // namespace berth
