// What can be asked of the daemon, one function each; a file per resource.
#pragma once

#include <memory>

#include "control/call.hpp"
#include "control/control.hpp"

namespace berth {

using SharedCall = std::shared_ptr<const Call>;

// jobs.cpp
void list_jobs(Control& control, SharedCall call, Respond answer);
void get_job(Control& control, SharedCall call, Respond answer);
void list_attempts(Control& control, SharedCall call, Respond answer);
void list_events(Control& control, SharedCall call, Respond answer);
// watch.cpp
void watch_jobs(Control& control, SharedCall call, Respond answer);
// submit.cpp
void submit_job(Control& control, SharedCall call, Respond answer);
// job_actions.cpp
void kill_job(Control& control, SharedCall call, Respond answer);
void hold_job(Control& control, SharedCall call, Respond answer);
void resume_job(Control& control, SharedCall call, Respond answer);
void requeue_job(Control& control, SharedCall call, Respond answer);
// explain.cpp
void explain_job(Control& control, SharedCall call, Respond answer);
void plan_job(Control& control, SharedCall call, Respond answer);
// endpoints.cpp
void show_endpoints(Control& control, SharedCall call, Respond answer);
// logs.cpp
void show_logs(Control& control, SharedCall call, Respond answer);
// clusters.cpp
void list_clusters(Control& control, SharedCall call, Respond answer);
void list_pools(Control& control, SharedCall call, Respond answer);
void cordon_cluster(Control& control, SharedCall call, Respond answer);
void uncordon_cluster(Control& control, SharedCall call, Respond answer);
void drain_cluster(Control& control, SharedCall call, Respond answer);
void forget_cluster(Control& control, SharedCall call, Respond answer);
// strays.cpp
void list_strays(Control& control, SharedCall call, Respond answer);
void adopt_stray(Control& control, SharedCall call, Respond answer);
void release_stray(Control& control, SharedCall call, Respond answer);
// backup.cpp
void back_up_store(Control& control, SharedCall call, Respond answer);
// site.cpp
void list_owners(Control& control, SharedCall call, Respond answer);
void list_projects(Control& control, SharedCall call, Respond answer);
void list_plugins(Control& control, SharedCall call, Respond answer);
void show_config(Control& control, SharedCall call, Respond answer);
// health.cpp
void show_health(Control& control, SharedCall call, Respond answer);
void show_readiness(Control& control, SharedCall call, Respond answer);
void show_server(Control& control, SharedCall call, Respond answer);
// metrics.cpp
void show_metrics(Control& control, SharedCall call, Respond answer);
// openapi.cpp
void show_openapi(Control& control, SharedCall call, Respond answer);

}  // namespace berth
