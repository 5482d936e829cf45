#include "cli/follow_logs.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/exit_code.hpp"
#include "cli/interrupt.hpp"
#include "cli/json_field.hpp"
#include "cli/problem_text.hpp"

namespace berth {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookAgainAfter{500};
constexpr std::chrono::seconds kDaemonAwayMax{60};
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // what stands for a byte that is no text

// Bytes of the log that this text was made of.
std::int64_t log_bytes(std::string_view text) {
  auto bytes = static_cast<std::int64_t>(text.size());
  for (auto at = text.find(kReplacement); at != std::string_view::npos;
       at = text.find(kReplacement, at + kReplacement.size()))
    bytes -= static_cast<std::int64_t>(kReplacement.size()) - 1;
  return bytes;
}

// One attempt after the other, each by its number: so it is known how much of which was printed.
class LogFollower {
 public:
  LogFollower(Context& context, const std::string& job, const LogOptions& options,
              std::int64_t offset)
      : context_(context),
        job_(job),
        options_(options),
        attempt_(options.attempt),
        offset_(offset) {}

  int run() {
    catch_interrupts();
    while (!was_interrupted()) {
      const auto over = options_.attempt > 0 ? print_attempt() : look();
      if (over) return *over;
    }
    return kExitGood;
  }

 private:
  // Each gives what to exit with, or nothing when it is worth going on.
  std::optional<int> look() {
    const auto job = ask(context_, "/v1/jobs/" + job_);
    if (!job) return after(job.error());
    away_since_.reset();
    const auto newest = static_cast<int>(number_field(*job, "attempts"));
    if (newest > attempt_) begin(newest);
    if (attempt_ > 0 && !is_printed_) return print_attempt();
    if (exit_code_of_job(*job) != kExitNotFinished) return kExitGood;
    std::this_thread::sleep_for(kLookAgainAfter);
    return std::nullopt;
  }

  void begin(int attempt) {
    if (attempt_ > 0) offset_ = 0;  // else the caller has printed the beginning of this one
    attempt_ = attempt;
    is_printed_ = false;
  }

  std::optional<int> print_attempt() {
    const auto print = [this](std::string_view piece) {
      context_.console.raw(piece);
      offset_ += log_bytes(piece);
      return true;
    };
    const auto ended =
        context_.client.stream({"GET", target()}, print, [] { return !was_interrupted(); });
    if (was_interrupted()) return kExitGood;
    if (!ended) return after(ended.error());
    if (!ended->is_good()) return after(error_of(*ended));
    is_printed_ = true;
    return options_.attempt > 0 ? std::optional<int>(kExitGood) : std::nullopt;
  }

  std::string target() const {
    return "/v1/jobs/" + job_ + "/logs" +
           query_text({{"role", options_.role},
                       {"replica", options_.replica > 0 ? std::to_string(options_.replica) : ""},
                       {"attempt", std::to_string(attempt_)},
                       {"offset", std::to_string(offset_)},
                       {"follow", "1"}});
  }

  // A daemon that is away may come back: the job goes on meanwhile.
  std::optional<int> after(const Error& error) {
    const bool is_away = error.code == "Unreachable" || error.code == "Broken" ||
                         error.code == "Timeout" || error.code == "Stopping";
    const bool was_there = attempt_ > 0 || away_since_;
    if (!is_away || !was_there) return fail(context_, error);
    if (!away_since_) {
      away_since_ = SteadyClock::now();
      context_.console.note("berthd does not answer; the job is not affected; trying again ...");
    }
    if (SteadyClock::now() - *away_since_ >= kDaemonAwayMax) return fail(context_, error);
    std::this_thread::sleep_for(kLookAgainAfter);
    return std::nullopt;
  }

  Context& context_;
  std::string job_;
  LogOptions options_;
  int attempt_;
  std::int64_t offset_;
  bool is_printed_ = false;  // all of the attempt
  std::optional<SteadyClock::time_point> away_since_;
};

}  // namespace

int follow_logs(Context& context, const std::string& job, const LogOptions& options,
                std::int64_t offset) {
  return LogFollower(context, job, options, offset).run();
}

}  // namespace berth
