#include "control/log_source.hpp"

#include <nlohmann/json.hpp>

#include "control/job_lookup.hpp"

namespace berth {
namespace {

Result<Attempt> find_attempt(Control& control, const LogWish& wish) {
  const auto job = find_job(control, wish.job);
  if (!job) return job.error();
  if (job->attempt.number == 0)
    return Error{"Conflict", "job " + wish.job + " has no output yet: it is " +
                                 std::string(phase_name(job->phase)) + " and was never placed"};
  if (wish.attempt == 0 || wish.attempt == job->attempt.number) return job->attempt;
  for (const Attempt& attempt : control.readers.borrow()->attempts(wish.job))
    if (attempt.number == wish.attempt) return attempt;
  return Error{"NotFound", "job " + wish.job + " has no attempt " + std::to_string(wish.attempt) +
                               "; the newest is " + std::to_string(job->attempt.number)};
}

Error backend_error(const BackendReply& reply, const std::string& cluster) {
  const std::string message = reply.message.empty() ? "" : ": " + reply.message;
  switch (reply.status) {
    case CallStatus::kNotFound:
    case CallStatus::kPermanent:
      return {"NotFound", "there is no such output on cluster " + cluster + message};
    case CallStatus::kOk:
    case CallStatus::kUnknown:
    case CallStatus::kTransient:
      break;
  }
  return {"ClusterOffline", "cluster " + cluster + " cannot be asked now" + message};
}

Result<LogPage> read_page(const BackendReply& reply, const std::string& cluster,
                          std::int64_t asked) {
  if (reply.status != CallStatus::kOk) return backend_error(reply, cluster);
  const Json json = parsed_or_null(reply.json);
  if (!json.is_object() || !json.contains("data") || !json["data"].is_string())
    return Error{"Internal",
                 "the backend of cluster " + cluster + " answered logs in no known form"};
  LogPage page;
  page.data = json["data"].get<std::string>();
  const auto next = json.find("next");
  page.next = next != json.end() && next->is_number_integer() ? next->get<std::int64_t>() : asked;
  const auto end = json.find("end");
  page.is_end = end != json.end() && end->is_boolean() && end->get<bool>();
  return page;
}

}  // namespace

void read_logs(Control& control, const LogWish& wish, std::function<void(Result<LogPage>)> done) {
  const auto attempt = find_attempt(control, wish);
  if (!attempt) return done(attempt.error());
  const std::string& cluster = attempt->cluster;
  const auto backend = control.backends.find(cluster);
  if (backend == control.backends.end())
    return done(Error{"NotFound",
                      "the output is on cluster " + cluster + ", which this site has no longer"});
  LogRequest request;
  request.key = {wish.job, attempt->number};
  request.role = wish.role;
  request.replica = wish.replica;
  request.offset = wish.offset;
  request.tail_bytes = wish.tail_bytes;
  if (wish.limit_bytes > 0) request.limit_bytes = wish.limit_bytes;
  backend->second->logs(request, [&io = control.io, done = std::move(done), cluster,
                                  asked = wish.offset](BackendReply reply) {
    io.run([done, cluster, asked, reply = std::move(reply)] {
      done(read_page(reply, cluster, asked));
    });
  });
}

}  // namespace berth
