// Who something belongs to, as labels on objects say it.
#pragma once

#include <compare>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace berth {

struct AttemptKey {
  std::string job;
  int attempt = 0;

  std::string name() const { return job + "-a" + std::to_string(attempt); }
  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

// This daemon, at this cluster.
struct Identity {
  std::string instance;
  std::int64_t epoch = 0;
  std::string cluster;
};

// Of {"job", "attempt"}. Throws what is no name of an attempt. [any]
AttemptKey read_attempt_key(const nlohmann::json& from);

// Whose an object is, when its labels say that it is this instance's. [any]
std::optional<AttemptKey> attempt_of(const nlohmann::json& object, const Identity& identity);

// Its uid; "" when it has none. [any]
std::string uid_of(const nlohmann::json& object);
// The epoch of the daemon's store that it was made in; 0 when it does not say. [any]
std::int64_t epoch_of(const nlohmann::json& object);
// Its deletion was asked for. [any]
bool is_going(const nlohmann::json& object);

// For people, of any object: "job j1 attempt 2 of this berthd", "job ... of another berthd
// (instance ...)", "somebody else (managed by helm)". [any]
std::string owner_words(const nlohmann::json& object, const Identity& identity);

// What lists all objects of this instance, or all of an attempt. [any]
std::string selector_of(const Identity& identity);
std::string selector_of(const Identity& identity, const AttemptKey& key);

// Where a custom resource is; as text the daemon keeps it. [any]
struct ResourceRef {
  std::string api_version;
  std::string kind;
  std::string in_namespace;
  std::string name;

  std::string text() const;  // "ray.io/v1/RayCluster/ml/j1-a1"
  static std::optional<ResourceRef> parse(const std::string& text);
  std::string words() const { return kind + " " + in_namespace + "/" + name; }
  friend bool operator==(const ResourceRef&, const ResourceRef&) = default;
};
ResourceRef ref_of(const nlohmann::json& object);

}  // namespace berth
