// The host side of a backend: where a library's threads bring answers and events.
#pragma once

#include <berth/abi.h>

#include <functional>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/loop.hpp"
#include "plugins/backend_forms.hpp"
#include "plugins/instance.hpp"

namespace berth {

// Takes what comes, on whatever thread, reads its JSON there, and posts it to the loop. Ports live
// as long as the process, so that a thread of the library that comes too late finds a closed door.
class BackendPort {
 public:
  // Called on the loop. [loop]
  struct Receiver {
    virtual ~Receiver() = default;
    virtual void answered(std::uint64_t call, BackendReply reply) = 0;
    virtual void happened(BackendEvent event) = 0;
  };

  static BackendPort& open(std::weak_ptr<Receiver> receiver, const Instance& instance, Loop& loop,
                           const Clock& clock);

  const berth_backend_host* record() const { return &record_; }

  // Nothing is posted after this; waits for what is being posted. [any]
  void close();

  // A call's number says which function it is of, so that answers are read without asking the loop.
  static std::uint64_t call_number(std::uint64_t sequence, BackendFunction function) {
    return sequence << 4 | static_cast<std::uint64_t>(function);
  }

 private:
  BackendPort(std::weak_ptr<Receiver> receiver, const Instance& instance, Loop& loop,
              const Clock& clock);

  static std::int64_t now_ms(void* context);
  static void complete(void* context, std::uint64_t call, berth_call_status status,
                       berth_str answer);
  static void event(void* context, berth_str event);

  bool is_good(berth_str text) const;
  BackendReply read(std::uint64_t call, berth_call_status status, berth_str answer) const;
  void post(std::function<void(Receiver&)> task);

  berth_backend_host record_;
  std::shared_ptr<InstanceRecord>
      about_;  // not the instance: its end must not come on its own thread
  std::uint64_t answer_bytes_max_;
  std::mutex mutex_;
  std::weak_ptr<Receiver> receiver_;
  Loop* loop_;  // null: closed
  const Clock* clock_;
};

}  // namespace berth
