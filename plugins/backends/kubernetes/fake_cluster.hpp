// An API server in memory: lists, watches, creates and deletes whatever kinds it is told of. For
// tests. What it cannot show is what a real one does on its own; see tests/kubernetes.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client/scripted_server.hpp"
#include "client/temporary_folder.hpp"

namespace berth {

class FakeCluster {
 public:
  struct Reply {
    int status = 200;
    std::string body;
    std::string headers;
  };
  // Asked first, of every request but watches; an answer is given instead of the usual one.
  using Interference = std::function<std::optional<Reply>(const SeenRequest&)>;

  FakeCluster();
  ~FakeCluster();
  FakeCluster(const FakeCluster&) = delete;
  FakeCluster& operator=(const FakeCluster&) = delete;

  std::string kubeconfig() const;

  // `plural`: "rayclusters"; a namespace of "" is none. As the API server would have it, an object
  // gets a uid and a time.
  nlohmann::json put(const std::string& plural, nlohmann::json object);
  void change(const std::string& plural, const std::string& in_namespace, const std::string& name,
              const std::function<void(nlohmann::json&)>& change);
  void remove(const std::string& plural, const std::string& in_namespace, const std::string& name);
  std::optional<nlohmann::json> find(const std::string& plural, const std::string& in_namespace,
                                     const std::string& name);
  std::size_t count(const std::string& plural);

  void interfere(Interference interference);
  // Deleted objects stay, with a finalizer, until `remove`.
  void hold_deletions(bool holds);
  void uninstall(const std::string& api_version);
  std::vector<SeenRequest> seen() const { return server_->seen(); }

  static Reply refusal(int status, const std::string& reason, const std::string& message,
                       const nlohmann::json& details = nlohmann::json::object());

 private:
  struct Place;
  struct Change {
    std::string plural;
    std::string type;
    nlohmann::json object;
  };

  void serve(const SeenRequest& request, ServerPeer& peer);
  void watch(const Place& place, ServerPeer& peer);
  Reply answer(const SeenRequest& request);
  Reply list(const Place& place);
  Reply create(const Place& place, const std::string& body);
  Reply erase(const Place& place, const std::string& body);
  Reply patch(const Place& place, const std::string& body);
  Reply kinds_of(const std::string& api_version) const;
  nlohmann::json put_now(const std::string& plural, nlohmann::json object, const char* type);
  void remove_now(const std::string& plural, const std::string& key);

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::map<std::string, nlohmann::json>> objects_;  // by plural, ns/name
  std::vector<Change> changes_;  // the version is the place in it
  std::vector<std::string> uninstalled_;
  Interference interference_;
  bool holds_deletions_ = false;
  bool stops_ = false;
  int uids_ = 0;
  std::unique_ptr<ScriptedServer> server_;  // the last to come, the first to go
};

}  // namespace berth
