// Logs of pods, through the API server.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

#include "api_tools.hpp"
#include "berth/call.hpp"
#include "log_page.hpp"
#include "workload_table.hpp"

namespace berth {

struct LogRequest {
  AttemptKey key;
  std::string role;
  std::int64_t replica = 0;
  std::int64_t offset = 0;  // -1: the end
  std::int64_t tail_bytes = 0;
  std::int64_t limit_bytes = 0;
};
LogRequest read_log_request(const nlohmann::json& from);

class PodLogs {
 public:
  explicit PodLogs(ApiTools& tools) : tools_(tools) {}

  void read(const Call& call, const LogRequest& request, const WorkloadTable::Attempt* attempt);

 private:
  static constexpr std::size_t kCursorsMax = 1000;
  static constexpr std::int64_t kTailOffset = std::int64_t{1}
                                              << 50;  // where offsets of tails begin

  struct Reading {
    LogRequest request;
    std::string in_namespace, pod, container, group;
    bool has_ended = false;
  };
  using CursorKey = std::tuple<std::string, std::string, std::int64_t>;  // pod, container, offset

  void read_end(const Call& call, const Reading& reading);
  void read_from(const Call& call, const Reading& reading, const LogCursor& cursor);
  void read_on_to(const Call& call, const Reading& reading, const LogCursor& cursor);
  void ask(const Call& call, const Reading& reading, const std::string& query,
           std::function<void(const std::string& log)> done);
  void answer(const Call& call, const Reading& reading, const LogPage& page, std::int64_t offset,
              bool is_end);
  void keep(const Reading& reading, const LogCursor& cursor);

  ApiTools& tools_;
  std::map<CursorKey, LogCursor> cursors_;
  std::deque<CursorKey> kept_;  // oldest first
};

}  // namespace berth
