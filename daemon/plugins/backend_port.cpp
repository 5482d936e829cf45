#include "plugins/backend_port.hpp"

#include <deque>
#include <string>
#include <utility>

#include "base/text.hpp"

namespace berth {
namespace {

BackendPort& port_of(void* context) { return *static_cast<BackendPort*>(context); }

std::string_view view_of(berth_str text) { return {text.data, text.size}; }

Error unreadable() { return {"BadAnswer", "is null or too long"}; }

}  // namespace

BackendPort& BackendPort::open(std::weak_ptr<Receiver> receiver, const Instance& instance,
                               Loop& loop, const Clock& clock) {
  static std::mutex mutex;
  static auto& kept = *new std::deque<std::unique_ptr<BackendPort>>;
  const std::lock_guard lock(mutex);
  kept.emplace_back(new BackendPort(std::move(receiver), instance, loop, clock));
  return *kept.back();
}

BackendPort::BackendPort(std::weak_ptr<Receiver> receiver, const Instance& instance, Loop& loop,
                         const Clock& clock)
    : record_{sizeof record_, this, &now_ms, &complete, &event},
      about_(instance.record()),
      answer_bytes_max_(instance.surroundings().budgets.answer_bytes_max),
      receiver_(std::move(receiver)),
      loop_(&loop),
      clock_(&clock) {}

void BackendPort::close() {
  const std::lock_guard lock(mutex_);
  loop_ = nullptr;
  clock_ = nullptr;
}

void BackendPort::post(std::function<void(Receiver&)> task) {
  const std::lock_guard lock(mutex_);
  if (loop_ == nullptr) return;
  loop_->post([receiver = receiver_, task = std::move(task)] {
    if (const auto there = receiver.lock()) task(*there);
  });
}

std::int64_t BackendPort::now_ms(void* context) {
  BackendPort& port = port_of(context);
  const std::lock_guard lock(port.mutex_);
  return port.clock_ == nullptr ? 0 : port.clock_->now().wall_ms;
}

bool BackendPort::is_good(berth_str text) const {
  return text.size == 0 || (text.data != nullptr && text.size <= answer_bytes_max_);
}

BackendReply BackendPort::read(std::uint64_t call, berth_call_status status,
                               berth_str answer) const {
  const auto function = static_cast<BackendFunction>(call & 15);
  auto reply = is_good(answer) ? read_reply(function, status, view_of(answer)) : unreadable();
  if (reply) return *std::move(reply);
  const Error fault =
      about_->failed("gave a bad answer: what it answered to " +
                     std::string(function_name(function)) + " " + reply.error().message);
  return {.status = CallStatus::kUnknown, .message = fault.message};
}

void BackendPort::complete(void* context, std::uint64_t call, berth_call_status status,
                           berth_str answer) {
  BackendPort& port = port_of(context);
  port.post([call, reply = port.read(call, status, answer)](Receiver& receiver) {
    receiver.answered(call, reply);
  });
}

void BackendPort::event(void* context, berth_str event) {
  BackendPort& port = port_of(context);
  const auto read = port.is_good(event) ? read_event(view_of(event)) : unreadable();
  if (!read) return port.about_->fault("an event that it told " + read.error().message);
  if (std::holds_alternative<std::monostate>(*read)) return;
  port.post([event = *read](Receiver& receiver) { receiver.happened(event); });
}

}  // namespace berth
