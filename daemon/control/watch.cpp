#include "control/watch.hpp"

#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/job_lookup.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "status/event_json.hpp"

namespace berth {
namespace {

constexpr int kRowsAtOnce = 500;

std::vector<Phase> unfinished_phases() {
  std::vector<Phase> phases;
  for (const Phase phase : kAllPhases)
    if (!is_terminal(phase)) phases.push_back(phase);
  return phases;
}

Error too_old() {
  return {"TooOld",
          "events after this token have been pruned or are of another epoch: list again (or watch "
          "without since) and go on from there"};
}

Error too_far_behind(std::int64_t lag_max) {
  return {"TooOld", "there are more than " + std::to_string(lag_max) +
                        " events after this token (limits.event_lag_max): list again (or watch "
                        "without since) and go on from there"};
}

// Events between `since` and the first one kept may have existed.
bool is_gone(const EventPage& page, std::int64_t since) {
  return since + 1 < page.first_kept || since > page.last_sequence;
}

std::string line(const Json& value) { return json_text(value) + "\n"; }

class Watch final : public BodyStream, public std::enable_shared_from_this<Watch> {
 public:
  Watch(Control& control, WatchWish wish, std::shared_ptr<void> place)
      : control_(control), wish_(std::move(wish)), place_(std::move(place)) {
    if (wish_.with_snapshot) wish_.since = last_sequence(control_);
    page_.phases = unfinished_phases();
    page_.limit = kRowsAtOnce;
  }
  ~Watch() override { control_.hub.give_up(waiting_); }

  void next(std::function<void(Piece)> done) override {
    if (wish_.with_snapshot)
      show_jobs(std::move(done));
    else
      show_events(done);
  }

  std::string heartbeat() const override { return "{\"heartbeat\":true}\n"; }

 private:
  JobPage next_jobs() {
    const auto reader = control_.readers.borrow();
    if (wish_.job.empty()) return reader->jobs(page_);
    JobPage one;
    if (auto job = reader->job(wish_.job))
      one.jobs.push_back(std::make_shared<const Job>(std::move(*job)));
    return one;
  }

  void show_jobs(std::function<void(Piece)> done) {
    const JobPage page = next_jobs();
    page_.after = page.next;
    wish_.with_snapshot = !page.next.empty();
    with_pending_reasons(control_, page.jobs,
                         [weak = weak_from_this(), jobs = page.jobs,
                          done = std::move(done)](const PendingReasons& reasons) {
                           if (const auto self = weak.lock())
                             done({self->job_lines(jobs, reasons)});
                         });
  }

  std::string job_lines(const std::vector<std::shared_ptr<const Job>>& jobs,
                        const PendingReasons& reasons) const {
    std::string bytes;
    append_job_lines(bytes, jobs, reasons, control_, wish_.who);
    if (!wish_.with_snapshot)
      bytes += line({{"token", token_text({control_.server.epoch, wish_.since})}});
    return bytes;
  }

  void show_events(const std::function<void(Piece)>& done) {
    const EventPage page = control_.readers.borrow()->events(wish_.job, wish_.since, kRowsAtOnce);
    if (is_gone(page, wish_.since)) return done({line(error_json(too_old())), true});
    const std::int64_t lag_max = control_.site.limits.event_lag_max;
    if (page.last_sequence - wish_.since > lag_max)
      return done({line(error_json(too_far_behind(lag_max))), true});
    if (page.events.empty()) return wait_for_more(page.last_sequence, done);
    std::string bytes;
    Sights sights;
    for (const Event& event : page.events)
      bytes += line({{"event", event_json(seen_with(event, sight_of_event(event, sights)),
                                          control_.server.epoch)}});
    wish_.since = page.events.back().sequence;
    done({std::move(bytes)});
  }

  using Sights = std::map<std::string, Sight>;  // by job

  // Of a job that is gone from the store, nobody knows any more whose it was.
  Sight sight_of_event(const Event& event, Sights& known) {
    if (control_.rules.is_admin(wish_.who)) return Sight::kInside;
    const auto [found, is_new] = known.emplace(event.job, Sight::kRow);
    if (!is_new || event.job.empty()) return found->second;
    if (const auto job = control_.readers.borrow()->job(event.job))
      found->second = sight_of(control_, wish_.who, job->uid);
    return found->second;
  }

  // An empty piece: nothing to send, but worth asking again.
  void wait_for_more(std::int64_t seen, const std::function<void(Piece)>& done) {
    wish_.since = seen;
    waiting_ = control_.hub.wait(seen, [done] { done({}); });
  }

  Control& control_;
  WatchWish wish_;
  std::shared_ptr<void> place_;
  JobFilter page_;
  std::int64_t waiting_ = 0;
};

// Errors: "BadRequest", "TooOld", "NotFound".
Result<WatchWish> read_wish(Control& control, const Query& query) {
  WatchWish wish;
  wish.job = query.text("job");
  if (!wish.job.empty())
    if (const auto job = find_job(control, wish.job); !job) return job.error();
  if (!query.has("since")) return wish;
  const auto token = parse_token(query.text("since"));
  if (!token)
    return Error{"BadRequest", "since is no token: \"" + clean_utf8(query.text("since"), 40) +
                                   "\"; tokens come with lists and events"};
  wish.with_snapshot = false;
  wish.since = token->sequence;
  const auto page = control.readers.borrow()->events(wish.job, wish.since, 1);
  if (token->epoch != control.server.epoch || is_gone(page, wish.since)) return too_old();
  const std::int64_t lag_max = control.site.limits.event_lag_max;
  if (page.last_sequence - wish.since > lag_max) return too_far_behind(lag_max);
  return wish;
}

}  // namespace

Result<std::shared_ptr<void>> join_watchers(Control& control, const Principal& who) {
  if (control.rules.is_admin(who)) return control.hub.join(who.uid);
  return control.hub.join(who.uid, control.site.limits.watchers_per_user_max);
}

std::shared_ptr<BodyStream> new_watch(Control& control, WatchWish wish,
                                      std::shared_ptr<void> place) {
  return std::make_shared<Watch>(control, std::move(wish), std::move(place));
}

void watch_jobs(Control& control, SharedCall call, Respond answer) {
  const auto query = Query::of(*call, {"watch", "since", "job"});
  if (!query) return answer(error_response(query.error()));
  auto wish = read_wish(control, *query);
  if (!wish) return answer(error_response(wish.error()));
  wish->who = call->principal;
  auto place = join_watchers(control, call->principal);
  if (!place) return answer(error_response(place.error()));
  Response response;
  response.content_type = "application/x-ndjson";
  response.stream = new_watch(control, std::move(*wish), std::move(*place));
  answer(std::move(response));
}

}  // namespace berth
