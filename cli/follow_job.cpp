#include "cli/follow_job.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/interrupt.hpp"
#include "cli/job_story.hpp"
#include "cli/json_field.hpp"
#include "cli/line_splitter.hpp"
#include "cli/problem_text.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookAgainAfter{1000};  // a waiting job's reason has no event
constexpr std::chrono::milliseconds kReconnectAfter{500};
constexpr std::chrono::seconds kDaemonAwayMax{60};

class JobFollower {
 public:
  JobFollower(Context& context, std::string job, const FollowOptions& options)
      : context_(context), job_id_(std::move(job)), options_(options), story_(context, job_id_) {}

  int run() {
    catch_interrupts();
    while (true) {
      if (look() || must_stop()) return exit_code();
      watch();
      if (exit_code_ || must_stop()) return exit_code();
      std::this_thread::sleep_for(kReconnectAfter);
    }
  }

 private:
  // Asks what happened and how the job is now, and tells what is new; true when the watching is
  // over. The job is asked for after its events, so that it is never behind what is told; of one
  // that has ended meanwhile the last events are fetched too.
  bool look() {
    looked_at_ = SteadyClock::now();
    std::vector<Json> news;
    if (const auto failure = fetch_events(news)) return note_failure(*failure);
    auto job = ask(context_, "/v1/jobs/" + job_id_);
    if (!job) return note_failure(job.error());
    const bool has_ended = exit_code_of_job(*job) != kExitNotFinished;
    if (has_ended) fetch_events(news);
    away_since_.reset();
    job_ = std::move(*job);
    tell(news);
    return is_over();
  }

  // Adds the events after the last one that was seen.
  std::optional<Error> fetch_events(std::vector<Json>& news) {
    const auto answer =
        ask(context_, "/v1/jobs/" + job_id_ + "/events" + query_text({{"since", last_token_}}));
    if (!answer) return answer.error();
    for (const Json& event : field(*answer, "events")) {
      const auto sequence = number_field(event, "sequence");
      if (sequence <= last_sequence_) continue;
      last_sequence_ = sequence;
      last_token_ = text_field(event, "token");
      news.push_back(event);
    }
    return std::nullopt;
  }

  void tell(const std::vector<Json>& news) {
    if (options_.quiet) return;
    if (has_looked_ || options_.tells_past) {
      story_.tell(job_, news);
    } else {
      story_.skip(job_, news);
    }
    has_looked_ = true;
  }

  bool is_over() {
    const ExitCode code = exit_code_of_job(job_);
    if (code != kExitNotFinished) exit_code_ = code;
    if (options_.goal == FollowGoal::kRunning && text_field(job_, "phase") == "Running")
      exit_code_ = kExitGood;
    return exit_code_.has_value();
  }

  // A daemon that is away may come back; a job that is not there will not.
  bool note_failure(const Error& error) {
    if (error.code == "TooOld") {
      last_token_.clear();
      return false;
    }
    const bool is_away = error.code == "Unreachable" || error.code == "Broken" ||
                         error.code == "Timeout" || error.code == "Http503";
    const bool was_there = job_.is_object();
    if (!is_away || !was_there) {
      fail(context_, error);
      exit_code_ = error.code == "NotFound" ? kExitNotFound : exit_code_of_error(error.code);
      return true;
    }
    if (!away_since_) {
      away_since_ = SteadyClock::now();
      context_.console.note("berthd does not answer; the job is not affected; trying again ...");
    }
    if (SteadyClock::now() - *away_since_ < kDaemonAwayMax) return false;
    exit_code_ = fail(context_, error);
    return true;
  }

  // Looks again at each event, until the stream ends.
  void watch() {
    LineSplitter lines;
    const auto on_line = [this](std::string_view line) {
      const Json value = Json::parse(line, nullptr, false);
      return !field(value, "event").is_object() || !look();
    };
    const auto take = [&](std::string_view piece) { return lines.feed(piece, on_line); };
    const auto idle = [this] { return !must_stop() && !look_while_idle(); };
    context_.client.stream(
        {"GET",
         "/v1/jobs" + query_text({{"watch", "1"}, {"since", last_token_}, {"job", job_id_}})},
        take, idle);
  }

  bool look_while_idle() {
    const auto since = SteadyClock::now() - looked_at_;
    if (!options_.quiet && job_.is_object()) {
      const auto since_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
      story_.show_waiting(job_, number_field(job_, "age_ms") + since_ms);
    }
    return since >= kLookAgainAfter && look();
  }

  bool must_stop() const {
    if (was_interrupted()) return true;
    const auto waited = SteadyClock::now() - started_at_;
    return options_.timeout_ms > 0 && waited >= std::chrono::milliseconds(options_.timeout_ms);
  }

  int exit_code() {
    if (exit_code_) return *exit_code_;
    const std::string hint = "`berth wait " + job_id_ + "` goes on watching; `berth kill " +
                             job_id_ + " --reason \"...\"` ends it";
    if (was_interrupted()) {
      context_.console.note("left running: " + hint);
      return kExitNotFinished;
    }
    context_.console.note("error: not there after the time given; the job was left alone: " + hint);
    return kExitTimeout;
  }

  Context& context_;
  std::string job_id_;
  FollowOptions options_;
  JobStory story_;
  Json job_;
  std::string last_token_;
  std::int64_t last_sequence_ = 0;
  bool has_looked_ = false;
  std::optional<int> exit_code_;
  std::optional<SteadyClock::time_point> away_since_;
  SteadyClock::time_point started_at_ = SteadyClock::now();
  SteadyClock::time_point looked_at_;
};

}  // namespace

int follow_job(Context& context, const std::string& job, const FollowOptions& options) {
  return JobFollower(context, job, options).run();
}

}  // namespace berth
