#include "kubernetes_backend.hpp"

#include <boost/asio/post.hpp>
#include <exception>
#include <nlohmann/json.hpp>

#include "kubernetes_objects/fields.hpp"

namespace berth {

using nlohmann::json;

KubernetesBackend::~KubernetesBackend() {
  if (!thread_.joinable()) return;
  boost::asio::post(*io_, [this] { end_session(); });
  thread_.join();
}

SiteDefaults KubernetesBackend::site_defaults() const {
  return {.in_namespace = namespace_.empty() ? "default" : namespace_,
          .image = image_,
          .service_account = service_account_,
          .node_selector = parse_selector(node_selector_, "node_selector"),
          .tolerations = parse_tolerations(tolerations_),
          .pod_template = read_pod_template(pod_template_),
          .sku_label = sku_label_,
          .skus = parse_skus(skus_),
          .gpu_resource = gpu_resource_};
}

ApiAccess KubernetesBackend::access() const {
  return kubeconfig_.empty() ? in_cluster_access() : read_kubeconfig(kubeconfig_, context_);
}

std::vector<std::string> KubernetesBackend::find_problems() const {
  std::vector<std::string> problems;
  const auto look = [&problems](auto&& at) {
    try {
      at();
    } catch (const std::exception& error) {
      problems.push_back(error.what());
    }
  };
  look([this] { access(); });
  look([this] { site_defaults(); });
  look([this] {
    for (const std::string& kind : kinds_) parse_kind(kind);
  });
  return problems;
}

SessionSettings KubernetesBackend::settings(const json& cluster) const {
  SessionSettings settings{
      .identity = {.instance = text_field(cluster, "instance"),
                   .epoch = number_field(cluster, "epoch"),
                   .cluster = text_field(cluster, "cluster")},
      .site = site_defaults(),
      .access = access(),
      .limits = {.requests_per_second = requests_per_second_,
                 .burst = burst_,
                 .concurrent_max = static_cast<std::size_t>(concurrent_max_)}};
  settings.pools = parse_pools(list_field(cluster, "pools"), settings.site);
  for (const std::string& kind : kinds_) settings.kinds.push_back(parse_kind(kind));
  return settings;
}

ClusterSession::Outside KubernetesBackend::outside() {
  return {.post = [this](const json& event) { post_event(text_of(event)); },
          .warn =
              [this](const std::string& line) {
                if (host_) host_->warning("kubernetes cluster=" + cluster_ + " " + line);
              }};
}

// ---- the io thread

void KubernetesBackend::run() {
  while (true) {
    try {
      io_->run();
      break;
    } catch (const std::exception& error) {
      if (host_) host_->error("kubernetes_fault cluster=" + cluster_ + ": " + error.what());
    }
  }
  if (stopping_) std::exchange(stopping_, std::nullopt)->ok();
}

void KubernetesBackend::in_session(const Call& call, Task task) {
  if (!io_) return call.transient("the cluster was not started");
  boost::asio::post(*io_, [this, call, task = std::move(task)] {
    if (!session_) return call.transient("there is no contact with the cluster");
    try {
      task(*session_);
    } catch (const std::exception& error) {
      call.unknown(error.what());
    }
  });
}

// It is in the midst of saying that it failed, so it is destroyed a little later.
void KubernetesBackend::leave_session() {
  boost::asio::post(*io_, [failed = std::move(session_)] {});
}

// Calls that wait are dropped with it, which answers them.
void KubernetesBackend::end_session() {
  session_.reset();
  work_.reset();
}

// A start that is repeated joins the one that is under way.
void KubernetesBackend::begin(const Call& call, SessionSettings settings) {
  try {
    if (!session_)
      session_ = std::make_unique<ClusterSession>(*io_, std::move(settings), outside());
    session_->start(call, [this] { leave_session(); });
  } catch (const std::exception& error) {
    session_.reset();
    call.permanent(error.what());
  }
}

// ---- the calls

void KubernetesBackend::start(Call call, std::string_view cluster) {
  const json from = json::parse(cluster);
  cluster_ = text_field(from, "cluster");
  try {
    SessionSettings session = settings(from);
    if (!io_) {
      io_ = std::make_unique<boost::asio::io_context>(1);
      work_.emplace(io_->get_executor());
      thread_ = std::thread([this] { run(); });
    }
    boost::asio::post(*io_, [this, call, session = std::move(session)]() mutable {
      begin(call, std::move(session));
    });
  } catch (const std::runtime_error& error) {  // a setting or an access that cannot be
    call.permanent(error.what());
  }
}

void KubernetesBackend::adopt(Call call, std::string_view attempt) {
  const AttemptKey key = read_attempt_key(json::parse(attempt));
  in_session(call, [call, key](ClusterSession& session) { session.adopt(call, key); });
}

void KubernetesBackend::launch(Call call, std::string_view order) {
  in_session(call, [call, order = json::parse(order)](ClusterSession& session) {
    session.launch(call, order);
  });
}

void KubernetesBackend::release(Call call, std::string_view attempt) {
  const json from = json::parse(attempt);
  if (truth_field(from, "forget")) return call.ok();  // nothing is kept of what was released
  const ReleaseJob job{.key = read_attempt_key(from),
                       .uid = text_field(from, "uid"),
                       .ref = ResourceRef::parse(text_field(from, "external_ref"))};
  in_session(call, [call, job](ClusterSession& session) { session.release(call, job); });
}

void KubernetesBackend::pools(Call call) {
  in_session(call, [call](ClusterSession& session) { session.pools(call); });
}

void KubernetesBackend::health(Call call) {
  in_session(call, [call](ClusterSession& session) { session.health(call); });
}

void KubernetesBackend::logs(Call call, std::string_view request) {
  in_session(call, [call, wish = read_log_request(json::parse(request))](ClusterSession& session) {
    session.logs(call, wish);
  });
}

void KubernetesBackend::fetch(Call call, std::string_view request) {
  in_session(call, [call, wish = json::parse(request)](ClusterSession& session) {
    session.fetch(call, wish);
  });
}

void KubernetesBackend::stop(Call call) {
  if (!io_) return call.ok();
  boost::asio::post(*io_, [this, call] {
    stopping_ = call;
    end_session();
  });
}

}  // namespace berth
