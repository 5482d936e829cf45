#include "pod_fetch.hpp"

#include <algorithm>
#include <cctype>

#include "client/api_path.hpp"
#include "kubernetes_objects/fields.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kTimeoutMostMs = 60'000;
constexpr std::int64_t kLimitMost = 16 << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

// Headers that are the API server's to read, not the pod's.
bool is_reserved(const std::string& name) {
  static const char* const kReserved[] = {
      "host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer"};
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

bool speaks_for_somebody(const std::string& name) {
  return name == "authorization" || name == "cookie" || name.starts_with("impersonate-") ||
         name.starts_with("x-remote-");
}

// A path with "." or ".." for a segment, however written, could leave the pod behind.
void check_path(const std::string& path) {
  std::string plain = lower(path.substr(0, path.find('?')));
  for (const auto& [code, letter] : {std::pair{"%2e", "."}, {"%2f", "/"}, {"%5c", "/"}}) {
    for (auto at = plain.find(code); at != std::string::npos; at = plain.find(code))
      plain.replace(at, 3, letter);
  }
  std::replace(plain.begin(), plain.end(), '\\', '/');
  const bool has_dots = (plain + "/").find("/./") != std::string::npos ||
                        (plain + "/").find("/../") != std::string::npos;
  const bool is_visible = std::all_of(
      path.begin(), path.end(), [](unsigned char letter) { return letter > ' ' && letter < 127; });
  if (!path.starts_with('/') || has_dots || !is_visible || plain.find('%') != std::string::npos)
    throw BadFetch("\"" + path + "\" is no path that may be asked of a pod");
}

bool is_of_api_server(const ApiAnswer& answer) {
  if (answer.status < 400) return false;
  const json status = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  return text_field(status, "kind") == "Status" && text_field(status, "apiVersion") == "v1";
}

}  // namespace

ApiRequest fetch_request(const json& from, const PodPort& place) {
  const std::string path = text_field(from, "path");
  check_path(path);
  std::string method = text_field(from, "method");
  ApiRequest request{.method = method.empty() ? "GET" : method,
                     .path = core_path("pods", place.in_namespace) +
                             "/http:" + percent_encoded(place.pod) + ":" +
                             std::to_string(place.port) + "/proxy" + path,
                     .body = text_field(from, "body"),
                     .is_proxied = true};
  if (const json& headers = field(from, "headers"); headers.is_object()) {
    for (const auto& [name, value] : headers.items()) {
      if (!value.is_string() || is_reserved(lower(name))) continue;
      if (speaks_for_somebody(lower(name)))
        throw BadFetch("header \"" + name +
                       "\" would be taken by the API server for its own; Ray "
                       "takes X-Ray-Authorization instead");
      if (lower(name) == "content-type") {
        request.content_type = value;
      } else {
        request.headers[name] = value;
      }
    }
  }
  const std::int64_t timeout_ms = number_field(from, "timeout_ms");
  if (timeout_ms > 0)
    request.timeout = std::chrono::milliseconds(std::min(timeout_ms, kTimeoutMostMs));
  const std::int64_t limit = number_field(from, "limit_bytes");
  request.limit_bytes = static_cast<std::size_t>(limit > 0 ? std::min(limit, kLimitMost) : 1 << 20);
  return request;
}

void fetch_from_pod(ApiTools& tools, const Call& call, ApiRequest request) {
  tools.client.ask(std::move(request), [call](const ApiResult& result) {
    const auto* answer = std::get_if<ApiAnswer>(&result);
    if (answer == nullptr || is_of_api_server(*answer))
      return call.transient(failure_of(result, "reach the pod").message);
    call.ok(text_of(
        {{"status", answer->status}, {"headers", answer->headers}, {"body", answer->body}}));
  });
}

}  // namespace berth
