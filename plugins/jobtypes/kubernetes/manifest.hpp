// A custom resource that somebody wrote himself, as `manifest` of a request.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "berth/problem.hpp"
#include "kubernetes_objects/pod_needs.hpp"
#include "section/group.hpp"

namespace berth {

// The object, and the changes that Berth makes to it. Every change is noted by its path, and what
// cannot be is a problem; all else stays as it is. Borrows the problems.
class Manifest {
 public:
  // `object` is the member `manifest` of a request.
  Manifest(nlohmann::json object, problems& found);

  std::string kind() const;
  const nlohmann::json& object() const { return object_; }
  // Null when there is none. Pointers as in JSON ("/spec/suspend").
  const nlohmann::json& at(const std::string& pointer) const;
  std::string text(const std::string& pointer, std::string_view fallback = {}) const;
  std::int64_t whole(const std::string& pointer, std::int64_t fallback);
  bool is_true(const std::string& pointer) const;
  const nlohmann::json& list(const std::string& pointer) const;

  void refuse(const std::string& pointer, std::string message, std::string hint = {});
  // Says what the value is from now on, and why.
  void set(const std::string& pointer, nlohmann::json value, const std::string& why);
  void remove(const std::string& pointer, const std::string& why);
  // What means the same as if it were absent.
  void write_out(const std::string& pointer, nlohmann::json value);
  void note(const std::string& pointer, std::string message);

  // Must be an object there. False: a problem.
  bool demand_object(const std::string& pointer);
  // Berth would wait for ever, but for Kueue's sake.
  void refuse_suspension(const std::string& pointer);
  // Amounts of a pod template; problems with quantities by path.
  kube::PodNeeds needs_of_template(const std::string& pointer, const std::string& gpu_resource);

 private:
  nlohmann::json object_;
  problems* problems_;
};

// The path as people write it: "/spec/a/0/b" is "manifest.spec.a[0].b". [any]
std::string path_of_pointer(const std::string& pointer);

bool has_manifest(const nlohmann::json& request);

// Who it is for a cluster: the order's name; its own goes to an annotation, and what the API server
// wrote into it (from `kubectl get -o yaml`) goes. Notes what changes.
void check_metadata(Manifest& manifest);
nlohmann::json with_identity(nlohmann::json object, const std::string& name,
                             const nlohmann::json& request);

Group group_of_needs(std::string name, std::int64_t count, const kube::PodNeeds& needs);

}  // namespace berth
