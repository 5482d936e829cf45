#include "control/router.hpp"

#include <algorithm>
#include <chrono>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"

namespace berth {
namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

// "{id}:kill" against "j123:kill".
bool part_matches(std::string_view pattern, std::string_view part,
                  std::map<std::string, std::string>& names) {
  if (!pattern.starts_with('{')) return pattern == part;
  const auto end = pattern.find('}');
  const std::string_view verb = pattern.substr(end + 1);
  const auto colon = std::min(part.find(':'), part.size());
  if (part.substr(colon) != verb || colon == 0) return false;
  const auto value = percent_decoded(part.substr(0, colon));
  if (!value || !is_utf8(*value)) return false;
  names[std::string(pattern.substr(1, end - 1))] = *value;
  return true;
}

// The pattern with this path's own words where any would do, to be compared with it.
std::string filled_pattern(std::string_view pattern, const std::vector<std::string_view>& parts) {
  std::string filled;
  const auto wanted = parts_of(pattern);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    filled += '/';
    if (!wanted[i].starts_with('{')) {
      filled += wanted[i];
      continue;
    }
    const std::string_view part = i < parts.size() ? parts[i] : wanted[i];
    filled += part.substr(0, part.find(':'));
    filled += wanted[i].substr(wanted[i].find('}') + 1);
  }
  return filled;
}

Error no_such_path(const std::string& path) {
  std::vector<std::string> candidates;
  for (const Route& route : all_routes())
    candidates.push_back(filled_pattern(route.pattern, parts_of(path)));
  const auto near = nearest(path, candidates);
  Error error("NotFound", "there is no " + clean_utf8(path, 200) +
                              (near ? "; nearest: " + clean_utf8(*near, 200) : ""));
  return error;
}

Response wrong_method(const std::vector<std::string>& allowed) {
  Response response =
      error_response({"MethodNotAllowed", "this path takes " + join(allowed, " and ") + " only"});
  response.headers.emplace_back("Allow", join(allowed, ", "));
  return response;
}

// `answer`, noted beside its route.
Respond counted(Control& control, std::size_t route, Respond answer) {
  return [requests = control.instruments.requests, route,
          began = std::chrono::steady_clock::now(),
          answer = std::move(answer)](Response response) {
    const auto took = std::chrono::steady_clock::now() - began;
    requests->answered(route, response.status, std::chrono::nanoseconds(took).count());
    answer(std::move(response));
  };
}

bool is_open_to(const Route& route, const Principal& who) {
  return route.open_to == OpenTo::kEverybody || !who.is_stranger;
}

Error not_for_strangers(const Call& call) {
  return {"Forbidden", clean_utf8(call.path, 200) +
                           " is not shown over TCP: ask through the Unix socket, on the machine "
                           "that berthd runs on"};
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path,
                  std::map<std::string, std::string>& names) {
  if (!path.starts_with('/')) return false;
  const auto wanted = parts_of(pattern);
  const auto parts = parts_of(path);
  if (wanted.size() != parts.size()) return false;
  std::map<std::string, std::string> found;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!part_matches(wanted[i], parts[i], found)) return false;
  names = std::move(found);
  return true;
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kOther:
      return "other";
  }
  return "other";
}

void answer_call(Control& control, Call call, Respond answer) {
  const std::vector<Route>& routes = all_routes();
  std::vector<std::string> allowed;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const Route& route = routes[i];
    if (!path_matches(route.pattern, call.path, call.names)) continue;
    if (route.method == call.method && !is_open_to(route, call.principal))
      return counted(control, i, std::move(answer))(error_response(not_for_strangers(call)));
    if (route.method == call.method && route.handler != nullptr)
      return route.handler(control, std::make_shared<const Call>(std::move(call)),
                           counted(control, i, std::move(answer)));
    allowed.emplace_back(method_name(route.method));
  }
  answer = counted(control, routes.size(), std::move(answer));
  answer(allowed.empty() ? error_response(no_such_path(call.path)) : wrong_method(allowed));
}

}  // namespace berth
