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

std::string rows_text(const JobPage& page, const PendingReasons& reasons, const Stamp& now) {
  std::string rows = "[";
  for (const auto& job : page.jobs) {
    if (rows.size() > 1) rows += ',';
    append_job(rows, *job, reasons, now);
  }
  return rows + "]";
}

Response page_response(const Control& control, const JobPage& page, const PendingReasons& reasons,
                       std::int64_t sequence) {
  Response response;
  JsonRow row(response.body);
  row.json("jobs", rows_text(page, reasons, control.clock.now()));
  row.text("next", page.next);
  row.text("token", token_text({control.server.epoch, sequence}));
  row.end();
  response.body += '\n';
  return response;
}

Error no_pages() {
  return {"BadRequest", "a stream has all jobs that fit and no pages: leave out limit and page"};
}

// All that there is to say of one job.
Json whole_job(Control& control, const Job& job, const PendingReasons& reasons) {
  Json out = job_json(job, reasons, control.clock.now());
  const auto reader = control.readers.borrow();
  if (const auto request = reader->request(job.id)) {
    out["labels"] = parsed_or_null(request->labels);
    out["jobtype_version"] = request->jobtype_version;
  }
  out["groups"] = job.wanted ? groups_json(job.wanted->groups) : Json::array();
  out["conditions"] =
      conditions_json(conditions_of(reader->events(job.id, 0, kEventsInAPage).events));
  return out;
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
  const auto filter = read_job_filter(*query);
  if (!filter) return answer(error_response(filter.error()));
  if (query->flag("stream")) {
    if (query->has("limit") || query->has("page")) return answer(error_response(no_pages()));
    return stream_jobs(control, *filter, answer);
  }
  const std::int64_t sequence = last_sequence(control);  // before the page: rather twice than never
  auto page = control.readers.borrow()->jobs(*filter);
  with_pending_reasons(control, page.jobs,
                       [&control, page, sequence, answer](const PendingReasons& reasons) {
                         answer(page_response(control, page, reasons, sequence));
                       });
}

void get_job(Control& control, SharedCall call, Respond answer) {
  auto found = find_job(control, call->names.at("id"));
  if (!found) return answer(error_response(found.error()));
  auto job = std::make_shared<const Job>(std::move(*found));
  with_pending_reasons(control, {job}, [&control, job, answer](const PendingReasons& reasons) {
    answer(json_response(whole_job(control, *job, reasons)));
  });
}

void list_attempts(Control& control, SharedCall call, Respond answer) {
  const auto job = find_job(control, call->names.at("id"));
  if (!job) return answer(error_response(job.error()));
  Json list = Json::array();
  for (const Attempt& attempt : control.readers.borrow()->attempts(job->id))
    list.push_back(attempt_json(attempt));
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
  answer(json_response(
      {{"events", events_json(page.events, epoch)}, {"token", token_text({epoch, seen})}}));
}

}  // namespace berth
