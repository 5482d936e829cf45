#include "launcher/launcher.hpp"

#include <algorithm>
#include <utility>

#include "model/id.hpp"

namespace berth {
namespace {

AttemptKey key_of(const Job& job) { return {job.id, job.attempt.number}; }

LaunchOrder launch_order(const Job& job, std::string format) {
  LaunchOrder order;
  order.key = key_of(job);
  order.name = attempt_name(job.id, job.attempt.number);
  order.type = job.wanted->type;
  order.pool = job.attempt.pool;
  order.format = std::move(format);
  order.project = job.wanted->project;
  order.owner = job.owner;
  order.user = job.user;
  order.uid = job.uid;
  order.gid = job.gid;
  return order;
}

RenderOrder render_order(const LaunchDesk& desk, const Job& job, const std::string& token,
                         const std::string& format) {
  RenderOrder order;
  order.format = format;
  order.instance = desk.instance;
  order.job = job.id;
  order.attempt = job.attempt.number;
  order.cluster = job.attempt.cluster;
  order.pool = job.attempt.pool;
  order.token = token;
  order.groups = job.wanted->groups;
  return order;
}

BackendReply cannot_submit(const std::string& why) {
  BackendReply reply;
  reply.status = CallStatus::kPermanent;
  reply.reason = "SubmissionFailed";
  reply.message = why;
  return reply;
}

}  // namespace

std::string common_format(const JobType& jobtype, const Backend& backend) {
  const std::vector<std::string>& taken = backend.formats();
  for (const std::string& format : jobtype.formats()) {
    if (std::find(taken.begin(), taken.end(), format) != taken.end()) return format;
  }
  return {};
}

void launch(const LaunchDesk& desk, const Job& job, const std::string& token,
            const JobType& jobtype, Backend& backend, BackendDone done) {
  const std::string format = common_format(jobtype, backend);
  RenderOrder rendering = render_order(desk, job, token, format);
  LaunchOrder order = launch_order(job, format);
  desk.workers.run([&desk, &jobtype, &backend, rendering = std::move(rendering),
                    order = std::move(order), done = std::move(done)]() mutable {
    rendering.request = desk.request(rendering.job);
    Result<std::string> workload = jobtype.render(rendering);
    desk.loop.post([&backend, workload = std::move(workload), order = std::move(order),
                    done = std::move(done)]() mutable {
      if (!workload) return done(cannot_submit(workload.error().message));
      order.workload = std::move(*workload);
      backend.launch(order, std::move(done));
    });
  });
}

void release(const Job& job, Backend& backend, BackendDone done) {
  backend.release({key_of(job), attempt_name(job.id, job.attempt.number),
                   job.attempt.external_ref, job.attempt.remote_uid},
                  std::move(done));
}

}  // namespace berth
