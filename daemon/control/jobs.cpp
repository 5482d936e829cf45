#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/job_filter.hpp"
#include "control/job_lookup.hpp"
#include "control/listing.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "status/conditions.hpp"
#include "status/event_json.hpp"
#include "status/json_row.hpp"

namespace berth {
namespace {

constexpr int kEventsInAPage = 1000;

std::string rows_text(const Control& control, const Principal& who, const JobPage& page,
                      const PendingReasons& reasons) {
  const Stamp now = control.clock.now();
  std::string rows = "[";
  for (const auto& job : page.jobs) {
    if (rows.size() > 1) rows += ',';
    append_job(rows, *job, reasons, now, sight_of(control, who, job->uid));
  }
  return rows + "]";
}

Response page_response(const Control& control, const Principal& who, const JobPage& page,
                       const PendingReasons& reasons, std::int64_t sequence) {
  Response response;
  JsonRow row(response.body);
  row.json("jobs", rows_text(control, who, page, reasons));
  row.text("next", page.next);
  row.text("token", token_text({control.server.epoch, sequence}));
  row.end();
  response.body += '\n';
  return response;
}

Error no_pages() {
  return {"BadRequest", "a stream has all jobs that fit and no pages: leave out limit and page"};
}

std::vector<Event> events_seen(std::vector<Event> events, Sight sight) {
  for (Event& event : events) event = seen_with(std::move(event), sight);
  return events;
}

// All that there is to say of one job to somebody.
Json whole_job(Control& control, const Job& job, const PendingReasons& reasons, Sight sight) {
  Json out = job_json(job, reasons, control.clock.now(), sight);
  const auto reader = control.readers.borrow();
  const auto request = reader->request(job.id);
  if (request && sight == Sight::kInside) out["labels"] = parsed_or_null(request->labels);
  if (request) out["jobtype_version"] = request->jobtype_version;
  out["groups"] = job.wanted ? groups_json(job.wanted->groups) : Json::array();
  const auto events = reader->events(job.id, 0, kEventsInAPage).events;
  out["conditions"] = conditions_json(conditions_of(events_seen(events, sight)));
  if (sight == Sight::kRow)
    out["withheld"] = "messages, endpoints, failed members and labels are for its user and admins";
  return out;
}

// Labels are for those who may see inside, so nobody else may ask for them either.
void keep_to_own_labels(const Control& control, const Principal& who, JobFilter& filter) {
  if (!filter.labels.empty() && !control.rules.is_admin(who)) filter.uid = who.uid;
}

// A place in the stream of this store. Errors: "BadRequest"; "TooOld" of another epoch.
Result<std::int64_t> sequence_of(const Control& control, const std::string& text) {
  if (text.empty()) return 0;
  const auto token = parse_token(text);
  if (!token)
    return Error{"BadRequest", "since is no token: \"" + clean_utf8(text, 40) +
                                   "\"; tokens come with lists and events"};
  if (token->epoch != control.server.epoch)
    return Error{"TooOld",
                 "the token is of another epoch of the store: list again and go on from there"};
  return token->sequence;
}

Json events_json(const std::vector<Event>& events, std::int64_t epoch) {
  Json list = Json::array();
  for (const Event& event : events) list.push_back(event_json(event, epoch));
  return list;
}

}  // namespace

void list_jobs(Control& control, SharedCall call, Respond answer) {
  for (const auto& [name, value] : call->query)
    if (name == "watch") return watch_jobs(control, std::move(call), std::move(answer));
  const auto query = Query::of(
      *call, {"project", "owner", "user", "name", "phase", "label", "limit", "page", "stream", "watch"});
  if (!query) return answer(error_response(query.error()));
  auto filter = read_job_filter(*query);
  if (!filter) return answer(error_response(filter.error()));
  keep_to_own_labels(control, call->principal, *filter);
  if (query->flag("stream")) {
    if (query->has("limit") || query->has("page")) return answer(error_response(no_pages()));
    return stream_jobs(control, call->principal, *filter, answer);
  }
  const std::int64_t sequence = last_sequence(control);  // before the page: rather twice than never
  auto page = control.readers.borrow()->jobs(*filter);
  with_pending_reasons(control, page.jobs,
                       [&control, call, page, sequence, answer](const PendingReasons& reasons) {
                         answer(page_response(control, call->principal, page, reasons, sequence));
                       });
}

void get_job(Control& control, SharedCall call, Respond answer) {
  auto found = find_job(control, call->names.at("id"));
  if (!found) return answer(error_response(found.error()));
  const Sight sight = sight_of(control, call->principal, found->uid);
  auto job = std::make_shared<const Job>(std::move(*found));
  with_pending_reasons(control, {job},
                       [&control, job, sight, answer](const PendingReasons& reasons) {
                         answer(json_response(whole_job(control, *job, reasons, sight)));
                       });
}

void list_attempts(Control& control, SharedCall call, Respond answer) {
  const auto job = find_job(control, call->names.at("id"));
  if (!job) return answer(error_response(job.error()));
  Json list = Json::array();
  for (const Attempt& attempt : control.readers.borrow()->attempts(job->id))
    list.push_back(attempt_json(attempt, sight_of(control, call->principal, job->uid)));
  answer(json_response({{"attempts", std::move(list)}}));
}

void list_events(Control& control, SharedCall call, Respond answer) {
  const auto query = Query::of(*call, {"since", "limit"});
  if (!query) return answer(error_response(query.error()));
  const auto since = sequence_of(control, query->text("since"));
  if (!since) return answer(error_response(since.error()));
  const auto limit = query->number("limit", kEventsInAPage, 1, kEventsInAPage);
  if (!limit) return answer(error_response(limit.error()));
  const auto job = find_job(control, call->names.at("id"));
  if (!job) return answer(error_response(job.error()));
  const auto page = control.readers.borrow()->events(job->id, *since, static_cast<int>(*limit));
  const std::int64_t epoch = control.server.epoch;
  const std::int64_t seen = page.events.empty() ? *since : page.events.back().sequence;
  const auto events = events_seen(page.events, sight_of(control, call->principal, job->uid));
  answer(
      json_response({{"events", events_json(events, epoch)}, {"token", token_text({epoch, seen})}}));
}

}  // namespace berth
