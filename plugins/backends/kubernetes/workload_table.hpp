// What there is of every attempt of this instance, as the watches tell it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "attempt_identity.hpp"
#include "native_status.hpp"

namespace berth {

class WorkloadTable {
 public:
  struct Attempt {
    AttemptKey key;
    AttemptPicture picture;
    ResourceRef ref;  // of the custom resource; of what is left of it when that is gone
    std::string uid;
    std::int64_t epoch = 0;
    std::vector<std::string> finalizers;
    std::map<std::string, std::string> children;  // uid: words; objects that it made, no pods
    bool is_by_watch = false;                     // the object was seen by a watch

    bool is_clear() const {
      return !picture.has_object() && children.empty() && picture.live_pods() == 0;
    }
    std::string words_of_remains() const;
  };

  // `changed` is told of each change of an attempt, before anybody else can see it.
  WorkloadTable(const Identity& identity, std::function<void(const AttemptKey&)> changed)
      : identity_(identity), changed_(std::move(changed)) {}

  void take_object(const nlohmann::json& object, bool is_by_watch = true);
  void take_pod(const nlohmann::json& pod);
  void take_event(const nlohmann::json& event);
  void object_gone(const std::string& uid);
  void pod_gone(const std::string& uid);
  // One that was given up and is gone is not kept.
  void forget(const AttemptKey& key);

  const Attempt* find(const AttemptKey& key) const;
  const std::map<AttemptKey, Attempt>& all() const { return attempts_; }

 private:
  Attempt& attempt(const AttemptKey& key);
  void take_main(Attempt& attempt, const nlohmann::json& object, bool is_by_watch);
  std::optional<AttemptKey> key_of_subject(const nlohmann::json& subject) const;

  const Identity& identity_;
  const std::function<void(const AttemptKey&)> changed_;
  std::map<AttemptKey, Attempt> attempts_;
  std::map<std::string, AttemptKey> by_name_;    // of the custom resource
  std::map<std::string, AttemptKey> object_of_;  // by uid
  struct PodPlace {
    AttemptKey key;
    std::string name;
  };
  std::map<std::string, PodPlace> pod_of_;  // by uid
};

}  // namespace berth
