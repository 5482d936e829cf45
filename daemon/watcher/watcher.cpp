#include "watcher/watcher.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace berth {
namespace {

constexpr int kTurnsMax = 16;  // a conversation that is longer has gone astray

struct Conversation : std::enable_shared_from_this<Conversation> {
  Conversation(Loop& loop, Workers& workers, const JobType& jobtype, Backend& backend,
               ProbeTurn turn, std::function<void(Result<ProbeStep>)> done)
      : loop(loop),
        workers(workers),
        jobtype(jobtype),
        backend(backend),
        turn(std::move(turn)),
        done(std::move(done)) {}

  void next_turn() {
    workers.run([self = shared_from_this()] {
      Result<ProbeStep> step = self->jobtype.probe(self->turn);
      self->loop.post([self, step = std::move(step)]() mutable { self->act(std::move(step)); });
    });
  }

  void act(Result<ProbeStep> step) {
    if (!step || !step->fetches) return done(std::move(step));
    if (++turns > kTurnsMax)
      return done(Error{"PluginFailed", "a probe did not come to an end"});
    turn.memory = step->memory;
    FetchRequest request;
    request.key = {turn.job, turn.attempt};
    request.endpoint = step->endpoint;
    request.method = step->method;
    request.path = step->path;
    request.headers = step->headers;
    request.body = step->body;
    backend.fetch(request, [self = shared_from_this()](BackendReply reply) {
      self->turn.response =
          reply.status == CallStatus::kOk
              ? reply.json
              : nlohmann::json{{"error", reply.message}}.dump(
                    -1, ' ', false, nlohmann::json::error_handler_t::replace);
      self->next_turn();
    });
  }

  Loop& loop;
  Workers& workers;
  const JobType& jobtype;
  Backend& backend;
  ProbeTurn turn;
  std::function<void(Result<ProbeStep>)> done;
  int turns = 0;
};

}  // namespace

void interpret(Loop& loop, Workers& workers, const JobType& jobtype, const std::string& format,
               std::shared_ptr<const JobClass> wanted, std::string native_status,
               std::function<void(Result<Observation>)> done) {
  workers.run([&loop, &jobtype, format, wanted = std::move(wanted),
               native_status = std::move(native_status), done = std::move(done)]() mutable {
    Result<Observation> seen = jobtype.interpret(format, wanted->groups, native_status);
    loop.post([seen = std::move(seen), done = std::move(done)]() mutable {
      done(std::move(seen));
    });
  });
}

void ask_readiness(Loop& loop, Workers& workers, const JobType& jobtype, Backend& backend,
                   ProbeTurn turn, std::function<void(Result<ProbeStep>)> done) {
  std::make_shared<Conversation>(loop, workers, jobtype, backend, std::move(turn),
                                 std::move(done))
      ->next_turn();
}

std::string with_workers(const std::string& status, int ready, int wanted) {
  nlohmann::json merged = nlohmann::json::parse(status, nullptr, false);
  if (!merged.is_object()) merged = nlohmann::json::object();
  merged["workers"] = {{"ready", ready}, {"wanted", wanted}};
  return merged.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace berth
