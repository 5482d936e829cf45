#include "release.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>

#include "client/api_path.hpp"
#include "kubernetes_objects/fields.hpp"

namespace berth {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kLookAgain = 5s;  // where no watch says that it is gone
constexpr auto kLongest = 15s;   // then the daemon is told what remains, and asks again

std::string words_of(const std::vector<json>& remains) {
  std::string words;
  for (std::size_t i = 0; i < std::min<std::size_t>(remains.size(), 5); ++i) {
    words += (i == 0 ? "" : ", ") + ref_of(remains[i]).words();
    for (const json& one : list_field(remains[i], "metadata", "finalizers"))
      if (one.is_string()) words += " (held by finalizer " + one.get<std::string>() + ")";
  }
  if (remains.size() > 5) words += " and " + std::to_string(remains.size() - 5) + " more";
  return words;
}

class ReleaseOnTheWay final : public Release, public std::enable_shared_from_this<ReleaseOnTheWay> {
 public:
  ReleaseOnTheWay(ApiTools& tools, const Reach& reach, const WorkloadTable& table, ReleaseJob job,
                  std::function<void(ReleaseOutcome)> done)
      : tools_(tools),
        reach_(reach),
        table_(table),
        job_(std::move(job)),
        done_(std::move(done)),
        timer_(tools.io),
        until_(std::chrono::steady_clock::now() + kLongest) {}

  void begin() override {
    const WorkloadTable::Attempt* known = table_.find(job_.key);
    if (known == nullptr || !known->picture.has_object()) return look();
    if (!job_.uid.empty() && known->uid != job_.uid) return refuse(known->ref.words(), known->uid);
    what_ = known->ref.words();
    delete_known(known->ref, known->uid);
  }

  void table_changed() override {
    const WorkloadTable::Attempt* known = table_.find(job_.key);
    if (is_waiting_ && known != nullptr && known->is_clear()) stop_waiting();
  }

 private:
  void finish(ReleaseOutcome outcome) {
    if (std::exchange(is_over_, true)) return;
    timer_.cancel();
    done_(std::move(outcome));
  }

  void refuse(const std::string& what, const std::string& uid) {
    finish(Failure{Failure::Kind::kPermanent, "",
                   what + " is another creation (" + uid + ") than the one to be released (" +
                       job_.uid + ")"});
  }

  // ---- deleting

  void delete_known(const ResourceRef& ref, const std::string& uid) {
    tools_.kinds.find(
        ref.api_version, ref.kind,
        [self = shared_from_this(), ref, uid](const ResourceKinds::Found& found) {
          if (const auto* kind = std::get_if<ResourceKind>(&found))
            return self->delete_one(kind->path(ref.in_namespace, ref.name), uid);
          const auto& unknown = std::get<ResourceUnknown>(found);
          self->finish(Failure{Failure::Kind::kTransient, "",
                               "cannot delete " + ref.words() + ": " + unknown.message});
        });
  }

  void delete_one(const std::string& path, const std::string& uid) {
    ++deleting_;
    delete_object(tools_, path, uid,
                  [self = shared_from_this()](const std::optional<Failure>& failure) {
                    if (failure) self->trouble_ = *failure;
                    if (--self->deleting_ == 0) self->wait();
                  });
  }

  void wait() {
    if (is_over_) return;
    if (trouble_) return finish(*std::exchange(trouble_, std::nullopt));
    if (std::chrono::steady_clock::now() >= until_) return finish(still_there());
    is_waiting_ = true;
    timer_.expires_at(std::min(until_, std::chrono::steady_clock::now() + kLookAgain));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code&) {
      const auto self = weak.lock();
      if (self == nullptr || self->is_over_) return;
      self->is_waiting_ = false;
      self->look();
    });
    table_changed();
  }

  void stop_waiting() { timer_.cancel(); }

  Failure still_there() const {
    const WorkloadTable::Attempt* known = table_.find(job_.key);
    const bool is_known = known != nullptr && !known->is_clear();
    return {Failure::Kind::kTransient, "",
            "still going away: " + (is_known ? known->words_of_remains() : words_of(remains_))};
  }

  // ---- looking at what there is, as the API server has it now

  std::vector<std::string> namespaces_for(const std::string& resource) const {
    const WorkloadTable::Attempt* known = table_.find(job_.key);
    if (known != nullptr && !known->ref.in_namespace.empty()) return {known->ref.in_namespace};
    if (job_.ref) return {job_.ref->in_namespace};
    return reach_.of(resource);
  }

  // A watch saw it go, and that is final.
  bool is_seen_gone() const {
    const WorkloadTable::Attempt* known = table_.find(job_.key);
    return known != nullptr && known->is_clear() && known->picture.has_vanished() &&
           known->is_by_watch;
  }

  // The list at a path, of this attempt alone.
  std::string own(const std::string& path) const {
    return with_query(path, {{"labelSelector", selector_of(tools_.identity, job_.key)}});
  }

  // One after the other: operators make pods as long as they see their custom resource.
  void look() {
    remains_.clear();
    if (is_seen_gone()) return look_at_pods();
    std::vector<std::string> paths;
    for (const ResourceKind& kind : reach_.kinds)
      for (const std::string& one : namespaces_for(kind.kind)) paths.push_back(own(kind.path(one)));
    list(std::move(paths), /*only_metadata=*/false, [this](std::vector<json> objects) {
      remains_ = std::move(objects);
      look_at_pods();
    });
  }

  void look_at_pods() {
    list(own_of("pods"), /*only_metadata=*/false, [this](const std::vector<json>& pods) {
      remains_.insert(remains_.end(), pods.begin(), pods.end());
      look_at_secrets();
    });
  }

  void look_at_secrets() {
    list(own_of("secrets"), /*only_metadata=*/true, [this](std::vector<json> secrets) {
      secrets_ = std::move(secrets);
      for (json& secret : secrets_) secret["kind"] = "Secret";
      act();
    });
  }

  std::vector<std::string> own_of(const std::string& plural) const {
    std::vector<std::string> paths;
    for (const std::string& one : namespaces_for(plural))
      paths.push_back(own(core_path(plural, one)));
    return paths;
  }

  // `take` may use this release: it lives until then.
  void list(std::vector<std::string> paths, bool only_metadata,
            std::function<void(std::vector<json>)> take) {
    list_all(tools_, std::move(paths), only_metadata,
             [self = shared_from_this(), take = std::move(take)](Listed listed) {
               if (auto* failure = std::get_if<Failure>(&listed))
                 return self->give_up(std::move(*failure));
               take(std::get<std::vector<json>>(std::move(listed)));
             });
  }

  void give_up(Failure failure) {
    failure.kind = Failure::Kind::kTransient;  // that something is there cannot be ruled out
    finish(std::move(failure));
  }

  void act() {
    if (remains_.empty() && secrets_.empty()) return finish(Gone{gone_words(), !what_.empty()});
    has_found_ = true;
    std::vector<json> objects;
    std::vector<json> pods;
    for (const json& one : remains_)
      (text_field(one, "kind") == "Pod" ? pods : objects).push_back(one);
    for (const json& one : objects) {
      if (!job_.uid.empty() && is_main(one) && uid_of(one) != job_.uid)
        return refuse(ref_of(one).words(), uid_of(one));
    }
    ++deleting_;  // until all are asked for
    delete_objects(objects);
    if (objects.empty()) delete_all(pods, "pods");
    delete_all(secrets_, "secrets");
    if (--deleting_ == 0) wait();
  }

  bool is_main(const json& object) const {
    return text_field(object, "metadata", "name") == job_.key.name() &&
           list_field(object, "metadata", "ownerReferences").empty();
  }

  // The custom resource takes with it what it made; only when it is gone others are for us.
  void delete_objects(const std::vector<json>& objects) {
    const bool has_main =
        std::any_of(objects.begin(), objects.end(), [&](const json& one) { return is_main(one); });
    for (const json& one : objects) {
      if (is_going(one) || (has_main && !is_main(one))) continue;
      what_ = ref_of(one).words();
      for (const ResourceKind& kind : reach_.kinds) {
        if (kind.kind == text_field(one, "kind"))
          delete_one(kind.path(text_field(one, "metadata", "namespace"),
                               text_field(one, "metadata", "name")),
                     uid_of(one));
      }
    }
  }

  void delete_all(const std::vector<json>& objects, const std::string& plural) {
    for (const json& one : objects) {
      if (!is_going(one))
        delete_one(core_path(plural, text_field(one, "metadata", "namespace"),
                             text_field(one, "metadata", "name")),
                   uid_of(one));
    }
  }

  std::string gone_words() const {
    if (!what_.empty()) return what_ + " and all its pods are gone";
    return has_found_ ? "what was left of it is gone" : "it was never here, or is long gone";
  }

  ApiTools& tools_;
  const Reach& reach_;
  const WorkloadTable& table_;
  const ReleaseJob job_;
  const std::function<void(ReleaseOutcome)> done_;
  boost::asio::steady_timer timer_;
  const std::chrono::steady_clock::time_point until_;
  std::vector<json> remains_;
  std::vector<json> secrets_;
  std::optional<Failure> trouble_;
  std::string what_;
  std::size_t deleting_ = 0;
  bool is_waiting_ = false;
  bool has_found_ = false;
  bool is_over_ = false;
};

}  // namespace

std::shared_ptr<Release> make_release(ApiTools& tools, const Reach& reach,
                                      const WorkloadTable& table, ReleaseJob job,
                                      std::function<void(ReleaseOutcome)> done) {
  return std::make_shared<ReleaseOnTheWay>(tools, reach, table, std::move(job), std::move(done));
}

}  // namespace berth
