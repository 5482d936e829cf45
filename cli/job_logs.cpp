#include "cli/job_logs.hpp"

#include <cstdlib>

#include "cli/exit_code.hpp"
#include "cli/find_job.hpp"
#include "cli/follow_logs.hpp"
#include "cli/problem_text.hpp"

namespace berth {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

constexpr int kTailBytes = 1 << 20;  // all that is looked at for the last lines
constexpr int kResultBytes = 8192;

Query query_of(const LogOptions& options) {
  Query query{{"role", options.role}};
  if (options.replica > 0) query.emplace_back("replica", std::to_string(options.replica));
  if (options.attempt > 0) query.emplace_back("attempt", std::to_string(options.attempt));
  return query;
}

std::string target_of(const std::string& job, const Query& query) {
  return "/v1/jobs/" + job + "/logs" + query_text(query);
}

std::string next_offset(const ControlReply& reply) {
  const auto found = reply.headers.find("x-berth-next-offset");
  return found == reply.headers.end() ? "" : found->second;
}

Result<ControlReply> one_page(Context& context, const std::string& target) {
  auto reply = context.client.send({"GET", target});
  if (reply && !reply->is_good()) return error_of(*reply);
  return reply;
}

// Prints what there is, page after page, and answers where it ended.
Result<std::string> print_from_start(Context& context, const std::string& job, const Query& query) {
  std::string offset = "0";
  while (true) {
    Query page_query = query;
    page_query.emplace_back("offset", offset);
    const auto page = one_page(context, target_of(job, page_query));
    if (!page) return page.error();
    context.console.raw(page->body);
    const std::string next = next_offset(*page);
    if (next.empty() || next == offset) return offset;
    offset = next;
  }
}

Result<std::string> print_tail(Context& context, const std::string& job, Query query, int lines) {
  query.emplace_back("tail", std::to_string(kTailBytes));
  const auto page = one_page(context, target_of(job, query));
  if (!page) return page.error();
  context.console.raw(last_lines(page->body, lines));
  return next_offset(*page);
}

}  // namespace

std::string last_lines(const std::string& text, int count) {
  if (count <= 0) return "";
  std::size_t at = text.size();
  if (at > 0 && text[at - 1] == '\n') --at;
  for (int seen = 0; at > 0; --at) {
    if (text[at - 1] == '\n' && ++seen == count) break;
  }
  return text.substr(at);
}

int run_logs(Context& context, const LogOptions& options) {
  const auto job = find_job(context, options.job);
  if (!job) return fail(context, job.error());
  const Query query = query_of(options);
  if (options.follow && options.tail < 0) return follow_logs(context, *job, options, 0);
  const auto end = options.tail >= 0 ? print_tail(context, *job, query, options.tail)
                                     : print_from_start(context, *job, query);
  if (!end) return fail(context, end.error());
  if (!options.follow) return kExitGood;
  return follow_logs(context, *job, options, std::strtoll(end->c_str(), nullptr, 10));
}

std::string last_log_line(Context& context, const std::string& job) {
  const auto page = one_page(context, target_of(job, {{"tail", std::to_string(kResultBytes)}}));
  if (!page) return "";
  std::string text = page->body;
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return last_lines(text, 1);
}

}  // namespace berth
