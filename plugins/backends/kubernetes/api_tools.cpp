#include "api_tools.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "client/api_path.hpp"
#include "kubernetes_objects/fields.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr const char* kOnlyMetadata =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

bool is_absent(const ApiResult& result) {
  const auto* answer = std::get_if<ApiAnswer>(&result);
  return answer != nullptr && answer->status == 404;
}

void append_items(const std::string& body, std::vector<json>& items) {
  json list = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!list.is_object() || !list.contains("items") || !list["items"].is_array()) return;
  std::string kind = text_field(list, "kind");
  if (kind.ends_with("List")) kind.resize(kind.size() - 4);
  for (json& item : list["items"]) {
    if (!item.contains("kind")) item["kind"] = kind;
    if (!item.contains("apiVersion")) item["apiVersion"] = text_field(list, "apiVersion");
    items.push_back(std::move(item));
  }
}

// The answers of several lists, until all are there.
struct Gathering {
  std::size_t waiting = 0;
  std::vector<json> items;
  std::optional<Failure> failure;
  std::function<void(Listed)> done;

  void take(const std::string& path, const ApiResult& result) {
    if (const ApiAnswer* answer = success_of(result)) {
      append_items(answer->body, items);
    } else if (!is_absent(result) && !failure) {
      failure = failure_of(result, "list " + path.substr(0, path.find('?')));
    }
    if (--waiting > 0) return;
    if (failure) return done(std::move(*failure));
    done(std::move(items));
  }
};

}  // namespace

std::string core_path(const std::string& plural, const std::string& in_namespace,
                      const std::string& name) {
  std::string path = "/api/v1";
  if (!in_namespace.empty()) path += "/namespaces/" + percent_encoded(in_namespace);
  path += "/" + plural;
  if (!name.empty()) path += "/" + percent_encoded(name);
  return path;
}

void list_all(ApiTools& tools, std::vector<std::string> paths, bool only_metadata,
              std::function<void(Listed)> done) {
  if (paths.empty()) return done(std::vector<json>{});
  const auto gathering = std::make_shared<Gathering>();
  gathering->waiting = paths.size();
  gathering->done = std::move(done);
  for (const std::string& path : paths) {
    ApiRequest request{.path = path};
    if (only_metadata) request.headers["Accept"] = kOnlyMetadata;
    tools.client.ask(std::move(request),
                     [gathering, path](const ApiResult& result) { gathering->take(path, result); });
  }
}

void delete_object(ApiTools& tools, const std::string& path, const std::string& uid,
                   std::function<void(std::optional<Failure>)> done) {
  json options = {
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Foreground"}};
  if (!uid.empty()) options["preconditions"] = {{"uid", uid}};
  ApiRequest request{
      .method = "DELETE", .path = path, .body = text_of(options), .timeout = kChangeTimeout};
  tools.client.ask(std::move(request), [path, done = std::move(done)](const ApiResult& result) {
    if (success_of(result) != nullptr || is_absent(result)) return done(std::nullopt);
    done(failure_of(result, "delete " + path));
  });
}

}  // namespace berth
