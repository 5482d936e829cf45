#include <algorithm>
#include <type_traits>

#include "control/job_lookup.hpp"
#include "control/log_follow.hpp"
#include "control/log_source.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "control/watch.hpp"

namespace berth {
namespace {

constexpr std::int64_t kReplyBytes = 1 << 20;
constexpr std::int64_t kReplyBytesMax = 4 << 20;
constexpr std::int64_t kPageBytes = 256 << 10;
constexpr std::int64_t kOffsetMax = std::int64_t{1} << 60;

Result<void> take(const Result<std::int64_t>& number, auto& place) {
  if (!number) return number.error();
  place = static_cast<std::remove_reference_t<decltype(place)>>(*number);
  return {};
}

// Errors: "BadRequest".
Result<LogWish> read_wish(const Query& query, std::string job) {
  LogWish wish;
  wish.job = std::move(job);
  wish.role = query.text("role");
  for (const auto& taken :
       {take(query.number("replica", 0, 0, 1'000'000), wish.replica),
        take(query.number("attempt", 0, 1, 1'000'000), wish.attempt),
        take(query.number("offset", 0, 0, kOffsetMax), wish.offset),
        take(query.number("tail", 0, 0, kOffsetMax), wish.tail_bytes),
        take(query.number("limit", kReplyBytes, 1, kReplyBytesMax), wish.limit_bytes)})
    if (!taken) return taken.error();
  if (query.has("tail")) wish.offset = -1;
  return wish;
}

Response log_response(std::string data, std::int64_t next, bool is_end) {
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(data);
  response.headers.emplace_back("X-Berth-Next-Offset", std::to_string(next));
  response.headers.emplace_back("X-Berth-End", is_end ? "true" : "false");
  return response;
}

// Page after page until there is no more for now or the reply is full.
void gather(Control& control, LogWish wish, std::string data, Respond answer) {
  LogWish page_wish = wish;
  page_wish.limit_bytes = std::min(kPageBytes, wish.limit_bytes);
  read_logs(control, page_wish,
            [&control, wish, data = std::move(data),
             answer = std::move(answer)](const Result<LogPage>& page) {
              if (!page) return answer(error_response(page.error()));
              std::string so_far = data + page->data;
              const std::int64_t left =
                  wish.limit_bytes - static_cast<std::int64_t>(page->data.size());
              const bool is_all = page->data.empty() || page->is_end || left <= 0;
              if (is_all) return answer(log_response(std::move(so_far), page->next, page->is_end));
              LogWish rest = wish;
              rest.offset = page->next;
              rest.limit_bytes = left;
              gather(control, rest, std::move(so_far), answer);
            });
}

}  // namespace

void show_logs(Control& control, SharedCall call, Respond answer) {
  const auto query =
      Query::of(*call, {"role", "replica", "attempt", "offset", "tail", "limit", "follow"});
  if (!query) return answer(error_response(query.error()));
  const auto job = find_job_to_act_on(control, *call);
  if (!job) return answer(error_response(job.error()));
  auto wish = read_wish(*query, job->id);
  if (!wish) return answer(error_response(wish.error()));
  if (!query->flag("follow")) return gather(control, *wish, "", std::move(answer));
  auto place = join_watchers(control, call->principal);
  if (!place) return answer(error_response(place.error()));
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.stream = follow_logs(control, std::move(*wish), std::move(*place));
  answer(std::move(response));
}

}  // namespace berth
