#include "resource_kinds.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "api_path.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string group_path(const std::string& api_version) {
  const bool is_core = api_version.find('/') == std::string::npos;
  return (is_core ? "/api/" : "/apis/") + api_version;
}

bool is_text(const json& object, const char* field) {
  return object.contains(field) && object[field].is_string();
}

ResourceUnknown unknown(const ApiFailure& failure) {
  return {.why = ResourceUnknown::Why::kUnreachable, .message = failure.message};
}

ResourceUnknown refused(const std::string& api_version, const ApiAnswer& answer) {
  const std::string status = std::to_string(answer.status);
  if (answer.status == 404) {
    return {ResourceUnknown::Why::kNoGroup, answer.status,
            "the API server does not know " + api_version + ": install what defines it"};
  }
  const bool is_passing = answer.status == 429 || answer.status >= 500;
  return {is_passing ? ResourceUnknown::Why::kUnreachable : ResourceUnknown::Why::kRefused,
          answer.status,
          "the API server does not say what is in " + api_version + " (" + status + ')'};
}

}  // namespace

std::string ResourceKind::path(const std::string& in_namespace, const std::string& name) const {
  std::string path = group_path(api_version);
  if (is_namespaced && !in_namespace.empty()) {
    path += "/namespaces/" + percent_encoded(in_namespace);
  }
  path += '/' + plural;
  return name.empty() ? path : path + '/' + percent_encoded(name);
}

class ResourceKinds::Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(ApiClient& client) : client_(client) {}

  void find(const std::string& api_version, const std::string& kind, Done done) {
    if (const auto group = known_.find(api_version); group != known_.end()) {
      if (const auto at = group->second.find(kind); at != group->second.end()) {
        return done(at->second);
      }
    }
    std::vector<Wanted>& waiting = waiting_[api_version];
    waiting.push_back({kind, std::move(done)});
    if (waiting.size() == 1) ask(api_version);
  }

  void forget(const std::string& api_version) { known_.erase(api_version); }

 private:
  struct Wanted {
    std::string kind;
    Done done;
  };

  void ask(const std::string& api_version) {
    client_.ask({.path = group_path(api_version)},
                [weak = weak_from_this(), api_version](const ApiResult& result) {
                  if (const auto self = weak.lock()) self->take(api_version, result);
                });
  }

  void take(const std::string& api_version, const ApiResult& result) {
    const std::vector<Wanted> waiting = std::exchange(waiting_[api_version], {});
    waiting_.erase(api_version);
    const auto* failure = std::get_if<ApiFailure>(&result);
    const auto* answer = std::get_if<ApiAnswer>(&result);
    if (failure != nullptr) return tell_all(waiting, unknown(*failure));
    if (!answer->is_success()) {
      known_.erase(api_version);
      return tell_all(waiting, refused(api_version, *answer));
    }
    const Kinds kinds = known_[api_version] = read(api_version, answer->body);
    for (const Wanted& each : waiting) {
      const auto at = kinds.find(each.kind);
      at != kinds.end() ? each.done(at->second) : each.done(no_kind(api_version, each.kind));
    }
  }

  using Kinds = std::map<std::string, ResourceKind>;

  static Kinds read(const std::string& api_version, const std::string& body) {
    Kinds kinds;
    const json list = json::parse(body, nullptr, false);
    if (!list.is_object() || !list.contains("resources") || !list["resources"].is_array()) {
      return kinds;
    }
    for (const json& each : list["resources"]) {
      if (!each.is_object() || !is_text(each, "name") || !is_text(each, "kind")) continue;
      const std::string plural = each["name"], kind = each["kind"];
      if (plural.find('/') != std::string::npos) continue;  // a part: "pods/log"
      const bool is_namespaced = each.contains("namespaced") && each["namespaced"] == true;
      kinds.emplace(kind, ResourceKind{api_version, kind, plural, is_namespaced});
    }
    return kinds;
  }

  static ResourceUnknown no_kind(const std::string& api_version, const std::string& kind) {
    return {ResourceUnknown::Why::kNoKind, 404,
            "the API server knows " + api_version + ", but no " + kind +
                " in it: install what defines it"};
  }

  static void tell_all(const std::vector<Wanted>& waiting, const ResourceUnknown& why) {
    for (const Wanted& each : waiting) each.done(why);
  }

  ApiClient& client_;
  std::map<std::string, Kinds> known_;
  std::map<std::string, std::vector<Wanted>> waiting_;
};

ResourceKinds::ResourceKinds(ApiClient& client) : core_(std::make_shared<Core>(client)) {}

ResourceKinds::~ResourceKinds() = default;

void ResourceKinds::find(const std::string& api_version, const std::string& kind, Done done) {
  core_->find(api_version, kind, std::move(done));
}

void ResourceKinds::forget(const std::string& api_version) { core_->forget(api_version); }

}  // namespace berth
