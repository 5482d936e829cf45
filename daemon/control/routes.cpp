#include "control/routes.hpp"

#include "control/router.hpp"

namespace berth {

using enum OpenTo;

const std::vector<Route>& all_routes() {
  static const std::vector<Route> routes{
      {Method::kGet, "/v1/jobs", list_jobs, kEverybody},
      {Method::kPost, "/v1/jobs", submit_job},
      {Method::kPost, "/v1/jobs:batch", nullptr},  // batch_connection.cpp
      {Method::kGet, "/v1/jobs/{id}", get_job, kEverybody},
      {Method::kPost, "/v1/jobs/{id}:kill", kill_job},
      {Method::kPost, "/v1/jobs/{id}:hold", hold_job},
      {Method::kPost, "/v1/jobs/{id}:resume", resume_job},
      {Method::kPost, "/v1/jobs/{id}:requeue", requeue_job},
      {Method::kGet, "/v1/jobs/{id}/explain", explain_job, kEverybody},
      {Method::kGet, "/v1/jobs/{id}/events", list_events, kEverybody},
      {Method::kGet, "/v1/jobs/{id}/attempts", list_attempts},
      {Method::kGet, "/v1/jobs/{id}/logs", show_logs},
      {Method::kGet, "/v1/jobs/{id}/endpoints", show_endpoints},
      {Method::kPost, "/v1/plan", plan_job},
      {Method::kGet, "/v1/clusters", list_clusters, kEverybody},
      {Method::kPost, "/v1/clusters/{name}:cordon", cordon_cluster},
      {Method::kPost, "/v1/clusters/{name}:uncordon", uncordon_cluster},
      {Method::kPost, "/v1/clusters/{name}:drain", drain_cluster},
      {Method::kPost, "/v1/clusters/{name}:forget", forget_cluster},
      {Method::kGet, "/v1/strays", list_strays},
      {Method::kPost, "/v1/strays/{name}:adopt", adopt_stray},
      {Method::kPost, "/v1/strays/{name}:release", release_stray},
      {Method::kPost, "/v1/store:backup", back_up_store},
      {Method::kGet, "/v1/pools", list_pools, kEverybody},
      {Method::kGet, "/v1/owners", list_owners},
      {Method::kGet, "/v1/projects", list_projects},
      {Method::kGet, "/v1/plugins", list_plugins},
      {Method::kGet, "/v1/config", show_config},
      {Method::kGet, "/v1/server", show_server},
      {Method::kGet, "/healthz", show_health, kEverybody},
      {Method::kGet, "/readyz", show_readiness, kEverybody},
      {Method::kGet, "/metrics", show_metrics, kEverybody},
      {Method::kGet, "/openapi.json", show_openapi, kEverybody},
  };
  return routes;
}

}  // namespace berth
