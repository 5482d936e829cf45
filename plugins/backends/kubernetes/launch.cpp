#include "launch.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "client/api_path.hpp"
#include "kubernetes_objects/fields.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string words_of(const json& object) { return ref_of(object).words(); }

Failure unknown_kind(const ResourceUnknown& unknown, const json& object) {
  const std::string what = "cannot create " + words_of(object) + ": ";
  switch (unknown.why) {
    case ResourceUnknown::Why::kNoGroup:
    case ResourceUnknown::Why::kNoKind:
      return {Failure::Kind::kPermanent, "SubmissionFailed",
              what + "the cluster has no kind " + text_field(object, "kind") + " of " +
                  text_field(object, "apiVersion") +
                  "; the operator that brings it is not installed: " + unknown.message};
    case ResourceUnknown::Why::kRefused:
    case ResourceUnknown::Why::kUnreachable:
      break;
  }
  return {Failure::Kind::kTransient, "ClusterUnavailable", what + unknown.message};
}

// One launch, on its way. Held by the callbacks of its requests.
class Launch : public std::enable_shared_from_this<Launch> {
 public:
  Launch(ApiTools& tools, LaunchJob job, std::function<void(LaunchOutcome)> done)
      : tools_(tools), job_(std::move(job)), done_(std::move(done)) {}

  // The kind comes first: without it no secret has to be made.
  void begin() {
    const json& object = job_.workload.object;
    tools_.kinds.find(text_field(object, "apiVersion"), text_field(object, "kind"),
                      [self = shared_from_this()](const ResourceKinds::Found& found) {
                        if (const auto* unknown = std::get_if<ResourceUnknown>(&found))
                          return self->fail(unknown_kind(*unknown, self->job_.workload.object));
                        self->kind_ = std::get<ResourceKind>(found);
                        self->create_secrets();
                      });
  }

 private:
  using Created = std::function<void(const json& object)>;

  struct Made {
    std::string path, uid;
  };

  // "Not done" is said when nothing is there: the host then releases nothing.
  void fail(Failure failure) {
    if (is_over_) return;
    const bool is_not_done =
        failure.kind != Failure::Kind::kPermanent && failure.kind != Failure::Kind::kUnknown;
    if (is_not_done && !secrets_made_.empty()) return take_back(std::move(failure));
    is_over_ = true;
    done_(std::move(failure));
  }

  void take_back(Failure failure) {
    const Made secret = std::move(secrets_made_.back());
    secrets_made_.pop_back();
    delete_object(tools_, secret.path, secret.uid,
                  [self = shared_from_this(), failure = std::move(failure), path = secret.path](
                      const std::optional<Failure>& trouble) {
                    if (!trouble) return self->fail(failure);
                    self->fail({Failure::Kind::kUnknown, failure.reason,
                                failure.message + "; " + path + " may still be there: " +
                                    trouble->message});
                  });
  }

  bool stop_if_given_up() {
    if (is_over_) return true;
    if (!job_.is_given_up()) return false;
    fail({Failure::Kind::kPermanent, "SubmissionFailed", "this attempt was given up"});
    return true;
  }

  // One after the other, so that it is known which were made when one is not.
  void create_secrets() {
    const auto& secrets = job_.workload.secrets;
    if (secrets_made_.size() == secrets.size()) return create_object();
    const json& secret = secrets[secrets_made_.size()];
    const std::string in_namespace = text_field(secret, "metadata", "namespace");
    const std::string name = text_field(secret, "metadata", "name");
    create(core_path("secrets", in_namespace), secret,
           [self = shared_from_this(),
            path = core_path("secrets", in_namespace, name)](const json& made) {
             self->secrets_made_.push_back({path, uid_of(made)});
             self->create_secrets();
           });
  }

  void create_object() {
    const json& object = job_.workload.object;
    create(kind_.path(text_field(object, "metadata", "namespace")), object,
           [self = shared_from_this()](const json& created) {
             self->launched_.object = created;
             self->own_secrets();
           });
  }

  void create(const std::string& path, const json& object, Created created) {
    if (stop_if_given_up()) return;
    ApiRequest request{
        .method = "POST",
        .path = with_query(path, {{"fieldValidation", "Strict"},
                                  {"fieldManager", "berth"},
                                  {"timeout", std::to_string(kServerDeadline.count()) + "s"}}),
        .body = text_of(object),
        .timeout = kChangeTimeout};
    tools_.client.ask(std::move(request),
                      [self = shared_from_this(), path, &object, created](const ApiResult& result) {
                        self->take_created(path, object, result, created);
                      });
  }

  void take_created(const std::string& path, const json& object, const ApiResult& result,
                    const Created& created) {
    if (is_over_) return;
    if (const ApiAnswer* answer = success_of(result)) {
      note_warnings(answer->warnings);
      const json made = json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
      if (made.is_object()) return created(made);
      return fail({Failure::Kind::kUnknown, "",
                   "created " + words_of(object) + ", but the answer cannot be read"});
    }
    Failure failure = failure_of(result, "create " + words_of(object));
    if (failure.kind == Failure::Kind::kConflict) return look_at_other(path, object, created);
    if (failure.kind == Failure::Kind::kAbsent) failure = without_kind(std::move(failure));
    fail(std::move(failure));
  }

  // Its CRD went since it was asked for: the next launch asks again.
  Failure without_kind(Failure failure) {
    tools_.kinds.forget(kind_.api_version);
    return {Failure::Kind::kTransient, "ClusterUnavailable", std::move(failure.message)};
  }

  // There is one of that name: ours from before, or somebody else's.
  void look_at_other(const std::string& path, const json& object, const Created& created) {
    const std::string other = path + "/" + percent_encoded(text_field(object, "metadata", "name"));
    tools_.client.ask(
        {.path = other}, [self = shared_from_this(), &object, created](const ApiResult& result) {
          if (self->is_over_) return;
          const ApiAnswer* answer = success_of(result);
          if (answer == nullptr) return self->take_no_other(object, result);
          self->take_other(object, json::parse(answer->body, nullptr, false), created);
        });
  }

  void take_no_other(const json& object, const ApiResult& result) {
    Failure failure = failure_of(result, "look at " + words_of(object) + ", which exists already");
    if (failure.kind == Failure::Kind::kAbsent)
      failure = {Failure::Kind::kTransient, "Conflict",
                 words_of(object) + " existed a moment ago and is gone now"};
    fail(std::move(failure));
  }

  void take_other(const json& object, const json& other, const Created& created) {
    if (attempt_of(other, tools_.identity) != job_.key)
      return fail({Failure::Kind::kPermanent, "SubmissionFailed",
                   "cannot create " + words_of(object) +
                       ": one of that name exists already and is "
                       "that of " +
                       owner_words(other, tools_.identity)});
    if (is_going(other))
      return fail({Failure::Kind::kTransient, "BeingDeleted",
                   words_of(object) + " of this very attempt is being deleted"});
    created(other);
  }

  // A secret goes with its owner. Should that fail, releasing the attempt finds it by its labels.
  void own_secrets() {
    owners_waiting_ = job_.workload.secrets.size();
    if (owners_waiting_ == 0) return succeed();
    const json& object = launched_.object;
    const json owner = {{"apiVersion", kind_.api_version},
                        {"kind", kind_.kind},
                        {"name", text_field(object, "metadata", "name")},
                        {"uid", uid_of(object)},
                        {"blockOwnerDeletion", true}};
    const std::string patch = text_of({{"metadata", {{"ownerReferences", {owner}}}}});
    for (const json& secret : job_.workload.secrets) {
      const std::string path = core_path("secrets", text_field(secret, "metadata", "namespace"),
                                         text_field(secret, "metadata", "name"));
      ApiRequest request{.method = "PATCH",
                         .path = path + "?fieldManager=berth",
                         .body = patch,
                         .content_type = "application/merge-patch+json",
                         .timeout = kChangeTimeout};
      tools_.client.ask(
          std::move(request), [self = shared_from_this(), path](const ApiResult& result) {
            if (success_of(result) == nullptr)
              self->tools_.warn("secret_without_owner why=" +
                                failure_of(result, "give " + path + " its owner").message);
            if (--self->owners_waiting_ == 0) self->succeed();
          });
    }
  }

  void note_warnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
      auto& all = launched_.warnings;
      if (std::find(all.begin(), all.end(), warning) == all.end()) all.push_back(warning);
    }
  }

  void succeed() {
    if (!std::exchange(is_over_, true)) done_(std::move(launched_));
  }

  ApiTools& tools_;
  const LaunchJob job_;
  const std::function<void(LaunchOutcome)> done_;
  ResourceKind kind_;
  Launched launched_;
  std::vector<Made> secrets_made_;
  std::size_t owners_waiting_ = 0;
  bool is_over_ = false;
};

}  // namespace

void launch_workload(ApiTools& tools, LaunchJob job, std::function<void(LaunchOutcome)> done) {
  std::make_shared<Launch>(tools, std::move(job), std::move(done))->begin();
}

}  // namespace berth
