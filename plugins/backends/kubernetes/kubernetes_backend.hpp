// Backend `kubernetes`: jobs as custom resources of a Kubernetes cluster, whose operators make the
// pods.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "berth/backend.hpp"
#include "cluster_session.hpp"

namespace berth {

class KubernetesBackend : public Backend {
 public:
  static constexpr std::string_view formats[] = {"kubernetes/objects"};

  KubernetesBackend() = default;
  ~KubernetesBackend() override;

  void start(const Host& host) { host_ = host; }

  void start(Call call, std::string_view cluster) override;
  void adopt(Call call, std::string_view attempt) override;
  void launch(Call call, std::string_view order) override;
  void release(Call call, std::string_view attempt) override;
  void pools(Call call) override;
  void health(Call call) override;
  void logs(Call call, std::string_view request) override;
  void fetch(Call call, std::string_view request) override;
  void stop(Call call) override;
  std::vector<std::string> find_problems() const;

 private:
  std::filesystem::path kubeconfig_;
  std::string context_;
  std::string namespace_ = "default";
  std::string image_;
  std::string service_account_;
  std::vector<std::string> node_selector_;
  std::vector<std::string> tolerations_;
  std::filesystem::path pod_template_;
  std::string sku_label_ = "nvidia.com/gpu.product";
  std::vector<std::string> skus_;
  std::string gpu_resource_ = "nvidia.com/gpu";
  std::vector<std::string> kinds_ = {"ray.io/v1/RayCluster", "ray.io/v1/RayJob",
                                     "sparkoperator.k8s.io/v1beta2/SparkApplication"};
  double requests_per_second_ = 50;
  double burst_ = 100;
  std::int64_t concurrent_max_ = 16;

 public:
  static constexpr std::tuple options{
      option{"kubeconfig", &KubernetesBackend::kubeconfig_,
             "File that says how to reach the cluster; empty: the service account of the pod that "
             "berthd runs in",
             ""},
      option{"context", &KubernetesBackend::context_,
             "Context of the kubeconfig; empty: its current one", ""},
      option{"namespace", &KubernetesBackend::namespace_,
             "Where jobs run of pools that name no namespace", "default"},
      option{"image", &KubernetesBackend::image_, "Image of containers that name none", ""},
      option{"service_account", &KubernetesBackend::service_account_,
             "Service account of pods that name none", ""},
      option{"node_selector", &KubernetesBackend::node_selector_,
             "Labels of the nodes that jobs may use, each k=v", ""},
      option{"tolerations", &KubernetesBackend::tolerations_,
             "Taints of nodes that jobs may use all the same, each key=value:Effect or key:Effect",
             ""},
      option{"pod_template", &KubernetesBackend::pod_template_,
             "YAML file with a PodTemplateSpec that every pod of a job is laid upon", ""},
      option{"sku_label", &KubernetesBackend::sku_label_,
             "Label of nodes that says which GPU they have", "nvidia.com/gpu.product"},
      option{"skus", &KubernetesBackend::skus_,
             "What values of that label are called in requests, each SKU=VALUE", ""},
      option{"gpu_resource", &KubernetesBackend::gpu_resource_, "What nodes and pods call a GPU",
             "nvidia.com/gpu"},
      option{"kinds", &KubernetesBackend::kinds_,
             "Custom resources that jobs may be, each GROUP/VERSION/KIND",
             "ray.io/v1/RayCluster, ray.io/v1/RayJob, "
             "sparkoperator.k8s.io/v1beta2/SparkApplication"},
      option{"requests_per_second", &KubernetesBackend::requests_per_second_,
             "Requests to the API server, in the long run", "50", range{0.1, 1e5}},
      option{"burst", &KubernetesBackend::burst_, "Requests at once before that rate holds", "100",
             range{1, 1e6}},
      option{"concurrent_max", &KubernetesBackend::concurrent_max_,
             "Requests under way at a time; watches are not counted", "16", range{1, 1000}}};

 private:
  using Task = std::function<void(ClusterSession&)>;

  SiteDefaults site_defaults() const;
  ApiAccess access() const;
  SessionSettings settings(const nlohmann::json& cluster) const;
  void run();
  // On the io thread, when there is a session; else the call is answered TRANSIENT.
  void in_session(const Call& call, Task task);
  void begin(const Call& call, SessionSettings settings);
  void leave_session();
  void end_session();
  ClusterSession::Outside outside();

  std::optional<Host> host_;
  std::string cluster_;
  std::unique_ptr<boost::asio::io_context> io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::unique_ptr<ClusterSession> session_;  // [io]
  std::optional<Call> stopping_;             // [io]
  std::thread thread_;
};

}  // namespace berth
