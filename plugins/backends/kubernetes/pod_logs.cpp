#include "pod_logs.hpp"

#include <algorithm>

#include "client/api_path.hpp"
#include "kubernetes_objects/fields.hpp"
#include "pod_choice.hpp"
#include "time_text.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kPageBytes = 256 << 10;
constexpr std::int64_t kPageBytesLeast = 512;  // a line's time alone takes 36
constexpr std::int64_t kPageBytesMost = 4 << 20;
constexpr std::int64_t kSkipBytesMost = 24 << 20;  // what is read and thrown away to find an offset
constexpr std::int64_t kTailBytesMost = 1 << 20;
constexpr std::int64_t kBytesOfALine = 32;  // a guess, to ask for enough lines
constexpr std::int64_t kTailLinesMost = 20'000;

bool has_ended(const json& pod, const std::string& container) {
  const std::string phase = text_field(pod, "phase");
  if (phase == "Succeeded" || phase == "Failed") return true;
  for (const json& one : list_field(pod, "containers"))
    if (text_field(one, "name") == container && text_field(one, "state") == "terminated")
      return truth_field(pod, "deleting");  // else it may be started again
  return false;
}

std::string since_text(const LogCursor& cursor) {
  return cursor.since_ns == 0 ? "" : time_text(cursor.since_ns);
}

}  // namespace

LogRequest read_log_request(const json& from) {
  LogRequest request{.key = read_attempt_key(from),
                     .role = text_field(from, "role"),
                     .replica = number_field(from, "replica"),
                     .offset = number_field(from, "offset"),
                     .tail_bytes = std::min(number_field(from, "tail"), kTailBytesMost),
                     .limit_bytes = number_field(from, "limit")};
  if (request.limit_bytes <= 0) request.limit_bytes = kPageBytes;
  request.limit_bytes = std::clamp(request.limit_bytes, kPageBytesLeast, kPageBytesMost);
  return request;
}

void PodLogs::read(const Call& call, const LogRequest& request,
                   const WorkloadTable::Attempt* attempt) {
  if (attempt == nullptr)
    return call.not_found("nothing is left of this attempt on the cluster, and logs go with pods");
  Reading reading{.request = request,
                  .in_namespace = attempt->ref.in_namespace,
                  .group = group_of(*attempt, request.role)};
  const json* pod = nth_pod(*attempt, reading.group, request.replica);
  if (pod == nullptr)
    return call.not_found("there is no pod " + std::to_string(request.replica) + " of group \"" +
                          reading.group + "\" now; the log of a pod that is gone went with it");
  reading.pod = text_field(*pod, "name");
  reading.container = main_container(*attempt, *pod);
  reading.has_ended = has_ended(*pod, reading.container);
  if (request.offset < 0) return read_end(call, reading);
  const auto kept = cursors_.find({reading.pod, reading.container, request.offset});
  if (kept != cursors_.end()) return read_from(call, reading, kept->second);
  if (request.offset >= kTailOffset)
    return read_end(call, reading);  // berthd is another since then
  if (request.offset == 0) return read_from(call, reading, {});
  read_on_to(call, reading, {});
}

void PodLogs::ask(const Call& call, const Reading& reading, const std::string& query,
                  std::function<void(const std::string&)> done) {
  const std::string path = core_path("pods", reading.in_namespace, reading.pod) + "/log?" + query +
                           "&timestamps=true&container=" + percent_encoded(reading.container);
  tools_.client.ask(
      {.path = path}, [this, call, reading, done = std::move(done)](const ApiResult& result) {
        if (const ApiAnswer* log = success_of(result)) return done(log->body);
        const Failure failure = failure_of(result, "read the log of pod " + reading.pod);
        // A container that did not start yet has no log, which the API server calls a bad request.
        const auto* refused = std::get_if<ApiAnswer>(&result);
        if (refused != nullptr && refused->status == 400 && !reading.has_ended)
          return answer(call, reading,
                        {.next = {.offset = std::max<std::int64_t>(reading.request.offset, 0)}},
                        std::max<std::int64_t>(reading.request.offset, 0), false);
        answer_failure(call, failure);
      });
}

void PodLogs::read_end(const Call& call, const Reading& reading) {
  const std::int64_t tail =
      reading.request.tail_bytes > 0 ? reading.request.tail_bytes : kPageBytes;
  const std::int64_t lines = std::clamp<std::int64_t>(tail / kBytesOfALine, 100, kTailLinesMost);
  ask(call, reading, "tailLines=" + std::to_string(lines),
      [this, call, reading, tail](const std::string& log) {
        const LogPage page = last_log_page(log, static_cast<std::size_t>(tail), kTailOffset);
        answer(call, reading, page, kTailOffset, reading.has_ended);
      });
}

void PodLogs::read_from(const Call& call, const Reading& reading, const LogCursor& cursor) {
  const std::int64_t limit =
      static_cast<std::int64_t>(cursor.is_by_time ? 0 : cursor.given) + reading.request.limit_bytes;
  std::string query = "limitBytes=" + std::to_string(limit);
  if (const std::string since = since_text(cursor); !since.empty())
    query += "&sinceTime=" + percent_encoded(since);
  ask(call, reading, query, [this, call, reading, cursor, limit](const std::string& log) {
    const bool is_cut = static_cast<std::int64_t>(log.size()) >= limit;
    const LogPage page = next_log_page(cursor, log, is_cut || !reading.has_ended);
    answer(call, reading, page, cursor.offset, reading.has_ended && !is_cut);
  });
}

// Nobody remembers where that offset is: the log is read from its beginning up to there.
void PodLogs::read_on_to(const Call& call, const Reading& reading, const LogCursor& cursor) {
  const std::int64_t limit =
      std::min(kSkipBytesMost, reading.request.offset * 4 + reading.request.limit_bytes);
  ask(call, reading, "limitBytes=" + std::to_string(limit),
      [this, call, reading, cursor, limit](const std::string& log) {
        const bool is_cut = static_cast<std::int64_t>(log.size()) >= limit;
        LogPage page = next_log_page(cursor, log, is_cut || !reading.has_ended);
        const auto skipped = std::min<std::size_t>(
            page.data.size(), static_cast<std::size_t>(reading.request.offset));
        page.data.erase(0, skipped);
        answer(call, reading, page, static_cast<std::int64_t>(skipped),
               reading.has_ended && !is_cut);
      });
}

void PodLogs::answer(const Call& call, const Reading& reading, const LogPage& page,
                     std::int64_t offset, bool is_end) {
  keep(reading, page.next);
  call.ok(text_of({{"data", page.data},
                   {"offset", offset},
                   {"next", page.next.offset},
                   {"end", is_end},
                   {"dropped", 0},
                   {"role", reading.group},
                   {"replica", reading.request.replica}}));
}

void PodLogs::keep(const Reading& reading, const LogCursor& cursor) {
  if (cursor.offset == 0) return;
  const CursorKey key{reading.pod, reading.container, cursor.offset};
  if (cursors_.insert_or_assign(key, cursor).second) kept_.push_back(key);
  while (kept_.size() > kCursorsMax) {
    cursors_.erase(kept_.front());
    kept_.pop_front();
  }
}

}  // namespace berth
