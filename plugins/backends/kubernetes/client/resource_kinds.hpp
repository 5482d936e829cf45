// Which path the objects of a kind have, as the API server itself says.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "api_client.hpp"

namespace berth {

struct ResourceKind {
  std::string api_version;  // "ray.io/v1"
  std::string kind;         // "RayCluster"
  std::string plural;       // "rayclusters"
  bool is_namespaced = true;

  // "/apis/ray.io/v1/namespaces/ml/rayclusters", with "/NAME" behind it; both empty: all of them.
  std::string path(const std::string& in_namespace = "", const std::string& name = "") const;
};

struct ResourceUnknown {
  enum class Why {
    kNoGroup,      // the API server serves no such group and version: nothing installed it
    kNoKind,       // it serves the group, but no such kind
    kRefused,      // it refused to say (`status`)
    kUnreachable,  // it could not be asked
  };
  Why why;
  int status = 0;
  std::string message;
};

// Asks once per group and version, and again when a kind is missing from what it said then. [io]
class ResourceKinds {
 public:
  using Found = std::variant<ResourceKind, ResourceUnknown>;
  using Done = std::function<void(Found)>;

  explicit ResourceKinds(ApiClient& client);  // that outlives it
  ResourceKinds(const ResourceKinds&) = delete;
  ResourceKinds& operator=(const ResourceKinds&) = delete;
  ~ResourceKinds();  // `done`s that wait are dropped

  // `done` may be called within this call. [io]
  void find(const std::string& api_version, const std::string& kind, Done done);
  // To be asked again: a CRD may have been replaced. [io]
  void forget(const std::string& api_version);

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace berth
