// What every verb is given.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cli/client.hpp"
#include "cli/console.hpp"

namespace berth {

struct Context {
  ControlClient& client;
  Console& console;
};

// A question whose answer is JSON. Errors: those of the client, what berthd refused, with the code
// and details it gave, and kBadReply of an answer that is none of berthd's.
Result<nlohmann::json> ask(Context& context, const std::string& target);
Result<nlohmann::json> tell(Context& context, const std::string& target,
                            const nlohmann::json& body);

// Says what went wrong and answers what to exit with.
int fail(Context& context, const Error& error);

// "?project=eta&limit=5": the values that are not empty.
std::string query_text(const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace berth
