// Everything it wanted is up; wait for its end.
#include "lifecycle/world.hpp"
#include "model/quantity.hpp"

namespace berth {

void reconcile_running(World& world, Live& live) {
  if (live.remote.is_calling) return;
  if (end_if_over(world, live) || end_if_cluster_lost(world, live)) return;
  const Job& job = live.job;
  if (is_overdue(world, live, job.attempt.ready, job.run_deadline_ms)) {
    return fail_or_retry(world, live, "DeadlineExceeded",
                         "ran longer than its " + duration_text(job.run_deadline_ms));
  }
  if (!live.remote.is_watched) return look_for(world, live);
  show_progress(world, live);
}

}  // namespace berth
