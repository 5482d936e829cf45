#include "reach.hpp"

#include <memory>
#include <set>

namespace berth {
namespace {

// What is lost where a resource cannot be listed on the whole cluster.
std::string warning_for(const std::string& resource) {
  const std::string may_not =
      "berthd's account may not list " + resource + " of the whole cluster: ";
  if (resource == "nodes")
    return may_not + "pools are known from quotas and from the nodes that the site file declares";
  if (resource == "namespaces")
    return may_not + "pools that namespaces declare by annotation are not found";
  if (resource == "pods")
    return may_not + "what others run outside the pools' namespaces does not count as used";
  return may_not + "only the namespaces of the site's pools are looked at";
}

bool is_of_cluster(const std::string& resource) {
  return resource == "nodes" || resource == "namespaces";
}

class Exploration : public std::enable_shared_from_this<Exploration> {
 public:
  Exploration(ApiTools& tools, std::vector<std::string> pool_namespaces,
              std::function<void(ReachResult)> done)
      : tools_(tools), pool_namespaces_(std::move(pool_namespaces)), done_(std::move(done)) {}

  void begin(const std::vector<std::pair<std::string, std::string>>& kinds) {
    waiting_ = std::size(kCoreResources) + kinds.size();
    for (const char* resource : kCoreResources) probe(resource, resource, core_path(resource));
    for (const auto& [api_version, kind] : kinds)
      tools_.kinds.find(
          api_version, kind,
          [self = shared_from_this(), api_version = api_version, kind = kind](
              const ResourceKinds::Found& found) { self->take_kind(api_version, kind, found); });
  }

 private:
  void take_kind(const std::string& api_version, const std::string& kind,
                 const ResourceKinds::Found& found) {
    if (const auto* known = std::get_if<ResourceKind>(&found)) {
      reach_.kinds.push_back(*known);
      return probe(kind, known->plural + " (" + api_version + ")", known->path());
    }
    const auto& unknown = std::get<ResourceUnknown>(found);
    const bool is_missing = unknown.why == ResourceUnknown::Why::kNoGroup ||
                            unknown.why == ResourceUnknown::Why::kNoKind;
    if (!is_missing)
      return fail({Failure::Kind::kTransient, "ClusterUnavailable", unknown.message});
    reach_.warnings.push_back("the cluster has no kind " + kind + " (" + api_version +
                              "): jobs that need it are refused here until its operator is "
                              "installed");
    done_with_one();
  }

  void probe(const std::string& key, const std::string& words, const std::string& path) {
    tools_.client.ask({.path = path + "?limit=1"},
                      [self = shared_from_this(), key, words](const ApiResult& result) {
                        self->take_probe(key, words, result);
                      });
  }

  void take_probe(const std::string& key, const std::string& words, const ApiResult& result) {
    const auto* answer = std::get_if<ApiAnswer>(&result);
    if (success_of(result) != nullptr) {
      reach_.namespaces[key] = {""};
    } else if (answer != nullptr && (answer->status == 403 || answer->status == 404)) {
      reach_.namespaces[key] = is_of_cluster(key) ? std::vector<std::string>{} : pool_namespaces_;
      // Secrets are looked for only where an attempt is, so that nobody has to grant more.
      if (key != "secrets") reach_.warnings.push_back(warning_for(words));
    } else {
      return fail(failure_of(result, "list " + words));
    }
    done_with_one();
  }

  void fail(Failure failure) {
    if (std::exchange(is_over_, true)) return;
    done_(std::move(failure));
  }

  void done_with_one() {
    if (--waiting_ > 0 || std::exchange(is_over_, true)) return;
    done_(std::move(reach_));
  }

  ApiTools& tools_;
  const std::vector<std::string> pool_namespaces_;
  const std::function<void(ReachResult)> done_;
  Reach reach_;
  std::size_t waiting_ = 0;
  bool is_over_ = false;
};

}  // namespace

const std::vector<std::string>& Reach::of(const std::string& resource) const {
  static const std::vector<std::string> kNone;
  const auto found = namespaces.find(resource);
  return found == namespaces.end() ? kNone : found->second;
}

std::pair<std::string, std::string> parse_kind(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size())
    throw BadSetting("kinds: \"" + text +
                     "\" should be GROUP/VERSION/KIND, such as "
                     "ray.io/v1/RayCluster");
  return {text.substr(0, slash), text.substr(slash + 1)};
}

void explore_reach(ApiTools& tools, std::vector<std::pair<std::string, std::string>> kinds,
                   std::vector<std::string> pool_namespaces,
                   std::function<void(ReachResult)> done) {
  std::make_shared<Exploration>(tools, std::move(pool_namespaces), std::move(done))->begin(kinds);
}

}  // namespace berth
