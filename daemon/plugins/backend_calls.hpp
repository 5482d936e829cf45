// The calls to one backend that are under way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/loop.hpp"
#include "plugins/attempt_lanes.hpp"
#include "plugins/backend_port.hpp"
#include "plugins/backend_times.hpp"

namespace berth {

// Every call ends exactly once: by its answer or by its deadline. Ends are always posted, never
// made within the call. [loop]
class BackendCalls final : public BackendPort::Receiver,
                           public std::enable_shared_from_this<BackendCalls> {
 public:
  // `times` may be null.
  BackendCalls(std::unique_ptr<Instance> instance, Loop& loop, std::int64_t timeout_ms,
               std::shared_ptr<BackendTimes> times);

  const Instance& instance() const { return *instance_; }
  void tell_events_to(BackendEvents& events) { events_ = &events; }
  void set_host(const berth_backend_host* host) { host_ = host; }

  // With a key, it waits for the calls of that attempt before it.
  void ask(BackendFunction function, std::optional<AttemptKey> key, std::string text,
           BackendDone done);

  void answered(std::uint64_t call, BackendReply reply) override;
  void happened(BackendEvent event) override;

 private:
  struct Call {
    BackendFunction function;
    std::optional<AttemptKey> key;
    std::string text;
    BackendDone done;
    bool is_made = false;
    std::int64_t made_ns = 0;
  };

  std::int64_t deadline_ms(BackendFunction function) const;
  void make(std::uint64_t number);
  std::int32_t call_library(BackendFunction function, std::uint64_t number,
                            const std::string& text);
  void give_up(std::uint64_t number);
  std::int64_t time_taken(const Call& call) const;
  void end(std::uint64_t number, BackendReply reply);
  void end_soon(std::uint64_t number, BackendReply reply);
  std::string words(const Call& call, const std::string& what) const;

  std::unique_ptr<Instance> instance_;
  const berth_backend_functions& functions_;
  const berth_backend_host* host_ = nullptr;
  Loop& loop_;
  std::int64_t timeout_ms_;
  std::shared_ptr<BackendTimes> times_;
  BackendEvents* events_ = nullptr;
  std::uint64_t sequence_ = 0;
  std::unordered_map<std::uint64_t, Call> calls_;
  AttemptLanes lanes_;
};

}  // namespace berth
