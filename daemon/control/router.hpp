// From method and path to the function that answers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/call.hpp"
#include "control/control.hpp"

namespace berth {

// Answers later or at once. The call lives as long as anybody holds it. [io]
using Handler = void (*)(Control& control, std::shared_ptr<const Call> call, Respond answer);

enum class OpenTo { kKnownPeers, kEverybody };

struct Route {
  Method method;
  std::string_view pattern;  // "/v1/jobs/{id}:kill"
  Handler handler;           // null: its body never stands in memory whole, the connection serves it
  OpenTo open_to = OpenTo::kKnownPeers;  // strangers of the network get what is meant for them
};

std::string_view method_name(Method method);  // "GET" [any]

// Every path there is. [any]
const std::vector<Route>& all_routes();

// Fills in `names` when `path` is of the form of `pattern`. [any]
bool path_matches(std::string_view pattern, std::string_view path,
                  std::map<std::string, std::string>& names);

// Answers by the route that fits. Errors: "NotFound" with the nearest path, "MethodNotAllowed" with
// the methods that are, "Forbidden" for a stranger. [io]
void answer_call(Control& control, Call call, Respond answer);

}  // namespace berth
