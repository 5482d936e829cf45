#include "fake_cluster.hpp"

#include <algorithm>

#include "client/test_certificates.hpp"
#include "kubernetes_objects/fields.hpp"

namespace berth {
namespace {

using nlohmann::json;

struct Kind {
  const char* api_version;
  const char* kind;
  const char* plural;
  bool is_namespaced;
};
constexpr Kind kKinds[] = {
    {"v1", "Pod", "pods", true},
    {"v1", "Secret", "secrets", true},
    {"v1", "Event", "events", true},
    {"v1", "ResourceQuota", "resourcequotas", true},
    {"v1", "Node", "nodes", false},
    {"v1", "Namespace", "namespaces", false},
    {"ray.io/v1", "RayCluster", "rayclusters", true},
    {"ray.io/v1", "RayJob", "rayjobs", true},
    {"sparkoperator.k8s.io/v1beta2", "SparkApplication", "sparkapplications", true}};

const Kind* kind_of(const std::string& plural) {
  for (const Kind& kind : kKinds)
    if (kind.plural == plural) return &kind;
  return nullptr;
}

std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
    i += 2;
  }
  return out;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::string rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(at), rest.size());
    parts.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return parts;
}

std::string field_by_path(const json& object, const std::string& path) {
  const json* at = &object;
  for (const std::string& name : split(path, '.')) at = &field(*at, std::string_view(name));
  return at->is_string() ? at->get<std::string>() : "";
}

// "a=b,c!=d", where `value` says what an object has under a name.
bool fits(const std::string& selector,
          const std::function<std::string(const std::string&)>& value) {
  for (const std::string& one : split(selector, ',')) {
    const std::size_t equals = one.find('=');
    const bool is_not = equals > 0 && one[equals - 1] == '!';
    const std::string name = one.substr(0, equals - (is_not ? 1 : 0));
    if ((value(name) == one.substr(equals + 1)) == is_not) return false;
  }
  return true;
}

std::string key_of(const json& object) {
  return text_field(object, "metadata", "namespace") + "/" + text_field(object, "metadata", "name");
}

}  // namespace

// What a request is about.
struct FakeCluster::Place {
  std::string api_version, in_namespace, plural, name;
  std::map<std::string, std::string> query;

  static Place of(const std::string& path_and_query) {
    const std::size_t mark = path_and_query.find('?');
    Place place;
    auto parts = split(path_and_query.substr(1, mark == std::string::npos ? mark : mark - 1), '/');
    if (mark != std::string::npos) {
      for (const std::string& one : split(path_and_query.substr(mark + 1), '&'))
        place.query[one.substr(0, one.find('='))] = decoded(one.substr(one.find('=') + 1));
    }
    const std::size_t of_group = parts[0] == "api" ? 2 : 3;
    if (parts.size() < of_group) return place;
    place.api_version = parts[0] == "api" ? parts[1] : parts[1] + "/" + parts[2];
    parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(of_group));
    if (parts.size() > 2 && parts[0] == "namespaces") {
      place.in_namespace = parts[1];
      parts.erase(parts.begin(), parts.begin() + 2);
    }
    if (!parts.empty()) place.plural = parts[0];
    if (parts.size() > 1) place.name = parts[1];
    return place;
  }

  std::string key() const { return in_namespace + "/" + name; }
  bool is_watch() const { return query.contains("watch"); }
  std::string parameter(const std::string& of) const {
    const auto found = query.find(of);
    return found == query.end() ? "" : found->second;
  }
  bool selects(const json& object) const {
    if (!in_namespace.empty() && text_field(object, "metadata", "namespace") != in_namespace)
      return false;
    return fits(parameter("labelSelector"),
                [&](const std::string& label) {
                  return text_field(object, "metadata", "labels", std::string_view(label));
                }) &&
           fits(parameter("fieldSelector"),
                [&](const std::string& path) { return field_by_path(object, path); });
  }
};

FakeCluster::FakeCluster() {
  static const TestCertificate authority = make_authority();
  static const TestCertificate certificate = make_certificate(authority);
  server_ = std::make_unique<ScriptedServer>(
      certificate, [this](const SeenRequest& request, ServerPeer& peer) { serve(request, peer); });
  const std::string ca = folder_.write("ca.crt", authority.certificate);
  folder_.write(
      "kubeconfig",
      text_of(
          {{"apiVersion", "v1"},
           {"kind", "Config"},
           {"current-context", "fake"},
           {"contexts", {{{"name", "fake"}, {"context", {{"cluster", "fake"}, {"user", "fake"}}}}}},
           {"users", {{{"name", "fake"}, {"user", {{"token", "t"}}}}}},
           {"clusters",
            {{{"name", "fake"},
              {"cluster",
               {{"server", "https://127.0.0.1:" + std::to_string(server_->port())},
                {"certificate-authority", ca}}}}}}}));
}

FakeCluster::~FakeCluster() {
  {
    std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_all();
  server_.reset();
}

std::string FakeCluster::kubeconfig() const { return folder_.path() / "kubeconfig"; }

void FakeCluster::interfere(Interference interference) {
  std::lock_guard lock(mutex_);
  interference_ = std::move(interference);
}

void FakeCluster::hold_deletions(bool holds) {
  std::lock_guard lock(mutex_);
  holds_deletions_ = holds;
}

void FakeCluster::uninstall(const std::string& api_version) {
  std::lock_guard lock(mutex_);
  uninstalled_.push_back(api_version);
}

FakeCluster::Reply FakeCluster::refusal(int status, const std::string& reason,
                                        const std::string& message, const json& details) {
  return {status, text_of({{"kind", "Status"},
                           {"apiVersion", "v1"},
                           {"status", "Failure"},
                           {"reason", reason},
                           {"message", message},
                           {"details", details},
                           {"code", status}})};
}

// ---- what there is

json FakeCluster::put_now(const std::string& plural, json object, const char* type) {
  json& metadata = object["metadata"];
  if (!metadata.contains("uid")) {
    metadata["uid"] = "uid-" + std::to_string(++uids_);
    metadata["creationTimestamp"] = "2026-01-01T00:00:00Z";
  }
  metadata["resourceVersion"] = std::to_string(changes_.size() + 1);
  object["apiVersion"] = kind_of(plural)->api_version;
  object["kind"] = kind_of(plural)->kind;
  objects_[plural][key_of(object)] = object;
  changes_.push_back({plural, type, object});
  changed_.notify_all();
  return object;
}

void FakeCluster::remove_now(const std::string& plural, const std::string& key) {
  const auto object = objects_[plural].extract(key);
  if (!object) return;
  object.mapped()["metadata"]["resourceVersion"] = std::to_string(changes_.size() + 1);
  changes_.push_back({plural, "DELETED", object.mapped()});
  changed_.notify_all();
}

json FakeCluster::put(const std::string& plural, json object) {
  std::lock_guard lock(mutex_);
  const bool is_new = !objects_[plural].contains(key_of(object));
  return put_now(plural, std::move(object), is_new ? "ADDED" : "MODIFIED");
}

void FakeCluster::change(const std::string& plural, const std::string& in_namespace,
                         const std::string& name, const std::function<void(json&)>& change) {
  std::lock_guard lock(mutex_);
  json object = objects_.at(plural).at(in_namespace + "/" + name);
  change(object);
  put_now(plural, std::move(object), "MODIFIED");
}

void FakeCluster::remove(const std::string& plural, const std::string& in_namespace,
                         const std::string& name) {
  std::lock_guard lock(mutex_);
  remove_now(plural, in_namespace + "/" + name);
}

std::optional<json> FakeCluster::find(const std::string& plural, const std::string& in_namespace,
                                      const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto found = objects_[plural].find(in_namespace + "/" + name);
  if (found == objects_[plural].end()) return std::nullopt;
  return found->second;
}

std::size_t FakeCluster::count(const std::string& plural) {
  std::lock_guard lock(mutex_);
  return objects_[plural].size();
}

// ---- requests

void FakeCluster::serve(const SeenRequest& request, ServerPeer& peer) {
  const Place place = Place::of(request.path);
  if (place.is_watch()) return watch(place, peer);
  Interference interference;
  {
    std::lock_guard lock(mutex_);
    interference = interference_;
  }
  std::optional<Reply> reply = interference ? interference(request) : std::nullopt;
  if (!reply) reply = answer(request);
  if (reply->status == 0) return peer.close();
  peer.reply(reply->status, reply->body, "content-type: application/json\r\n" + reply->headers);
}

void FakeCluster::watch(const Place& place, ServerPeer& peer) {
  std::size_t told = std::stoul("0" + place.parameter("resourceVersion"));
  peer.begin_stream();
  std::unique_lock lock(mutex_);
  while (!stops_) {
    std::string lines;
    for (; told < changes_.size(); ++told) {
      const Change& change = changes_[told];
      if (change.plural == place.plural && place.selects(change.object))
        lines += text_of({{"type", change.type}, {"object", change.object}}) + "\n";
    }
    if (lines.empty()) {
      changed_.wait_for(lock, std::chrono::milliseconds(200));
      continue;
    }
    lock.unlock();
    peer.chunk(lines);
    lock.lock();
  }
}

FakeCluster::Reply FakeCluster::answer(const SeenRequest& request) {
  const Place place = Place::of(request.path);
  if (request.path == "/readyz") return {200, "ok"};
  std::lock_guard lock(mutex_);
  const bool is_gone =
      std::find(uninstalled_.begin(), uninstalled_.end(), place.api_version) != uninstalled_.end();
  if (is_gone || (!place.plural.empty() && kind_of(place.plural) == nullptr))
    return refusal(404, "NotFound", "the server could not find the requested resource");
  if (place.plural.empty()) return kinds_of(place.api_version);
  if (request.method == "POST") return create(place, request.body);
  if (place.name.empty()) return list(place);
  const auto found = objects_[place.plural].find(place.key());
  if (found == objects_[place.plural].end())
    return refusal(404, "NotFound", place.plural + " \"" + place.name + "\" not found",
                   {{"name", place.name}, {"kind", place.plural}});
  if (request.method == "DELETE") return erase(place, request.body);
  if (request.method == "PATCH") return patch(place, request.body);
  return {200, text_of(found->second)};
}

FakeCluster::Reply FakeCluster::kinds_of(const std::string& api_version) const {
  json resources = json::array();
  for (const Kind& kind : kKinds)
    if (kind.api_version == api_version)
      resources.push_back({{"name", kind.plural},
                           {"kind", kind.kind},
                           {"namespaced", kind.is_namespaced},
                           {"verbs", {"list"}}});
  return {200, text_of({{"kind", "APIResourceList"},
                        {"groupVersion", api_version},
                        {"resources", resources}})};
}

FakeCluster::Reply FakeCluster::list(const Place& place) {
  json items = json::array();
  for (const auto& [key, object] : objects_[place.plural])
    if (place.selects(object)) items.push_back(object);
  return {200, text_of({{"kind", std::string(kind_of(place.plural)->kind) + "List"},
                        {"apiVersion", place.api_version},
                        {"metadata", {{"resourceVersion", std::to_string(changes_.size())}}},
                        {"items", std::move(items)}})};
}

FakeCluster::Reply FakeCluster::create(const Place& place, const std::string& body) {
  json object = json::parse(body);
  const std::string name = text_field(object, "metadata", "name");
  if (objects_[place.plural].contains(place.in_namespace + "/" + name))
    return refusal(409, "AlreadyExists", place.plural + " \"" + name + "\" already exists");
  return {201, text_of(put_now(place.plural, std::move(object), "ADDED"))};
}

// In the foreground: pods of the same attempt go first, as a garbage collector has it.
FakeCluster::Reply FakeCluster::erase(const Place& place, const std::string& body) {
  json object = objects_[place.plural][place.key()];
  const json options = json::parse(body, nullptr, false);
  const std::string uid = text_field(options, "preconditions", "uid");
  if (!uid.empty() && uid != text_field(object, "metadata", "uid"))
    return refusal(409, "Conflict", "the UID in the precondition does not match");
  if (holds_deletions_ && place.plural != "secrets") {
    object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:01Z";
    object["metadata"]["finalizers"] = {"foregroundDeletion"};
    return {200, text_of(put_now(place.plural, std::move(object), "MODIFIED"))};
  }
  const std::string job = text_field(object, "metadata", "labels", "berth.dev/job-id");
  std::vector<std::string> pods;
  for (const auto& [key, pod] : objects_["pods"])
    if (!job.empty() && text_field(pod, "metadata", "labels", "berth.dev/job-id") == job)
      pods.push_back(key);
  for (const std::string& key : pods) remove_now("pods", key);
  remove_now(place.plural, place.key());
  return {200, text_of({{"kind", "Status"}, {"status", "Success"}})};
}

FakeCluster::Reply FakeCluster::patch(const Place& place, const std::string& body) {
  json object = objects_[place.plural][place.key()];
  object.merge_patch(json::parse(body));
  return {200, text_of(put_now(place.plural, std::move(object), "MODIFIED"))};
}

}  // namespace berth
