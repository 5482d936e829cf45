#include "plugins/backend_calls.hpp"

#include <chrono>
#include <utility>

namespace berth {

BackendCalls::BackendCalls(std::unique_ptr<Instance> instance, Loop& loop, std::int64_t timeout_ms,
                           std::shared_ptr<BackendTimes> times)
    : instance_(std::move(instance)),
      functions_(std::get<BackendTable>(instance_->descriptor().table).functions),
      loop_(loop),
      timeout_ms_(timeout_ms),
      times_(std::move(times)) {}

std::int64_t BackendCalls::deadline_ms(BackendFunction function) const {
  constexpr int kGracefulStop = 4;
  return function == BackendFunction::kRelease ? timeout_ms_ * kGracefulStop : timeout_ms_;
}

void BackendCalls::ask(BackendFunction function, std::optional<AttemptKey> key, std::string text,
                       BackendDone done) {
  const std::uint64_t number = BackendPort::call_number(++sequence_, function);
  calls_.emplace(number, Call{function, key, std::move(text), std::move(done)});
  loop_.after(std::chrono::milliseconds(deadline_ms(function)), [weak = weak_from_this(), number] {
    if (const auto self = weak.lock()) self->give_up(number);
  });
  if (!key || lanes_.enter(*key, number)) make(number);
}

void BackendCalls::make(std::uint64_t number) {
  Call& call = calls_.at(number);
  call.is_made = true;
  call.made_ns = instance_->surroundings().time->now_ns();
  if (!instance_->is_alive())
    return end_soon(number, {.status = CallStatus::kUnknown,
                             .message = words(call,
                                              "is in quarantine, because berthd died while "
                                              "it ran")});
  const std::string text = std::move(call.text);
  const std::int32_t code = call_library(call.function, number, text);
  if (code == 0) return;
  const std::string what = "failed with " + std::to_string(code);
  instance_->record()->fault(std::string(function_name(call.function)) + " " + what);
  end_soon(number, {.status = CallStatus::kUnknown, .message = words(call, what)});
}

std::int32_t BackendCalls::call_library(BackendFunction function, std::uint64_t number,
                                        const std::string& text) {
  const berth_str json{text.data(), text.size()};
  return instance_->run([&](void* handle) -> std::int32_t {
    switch (function) {
      case BackendFunction::kStart:
        return functions_.start(handle, host_, number, json);
      case BackendFunction::kAdopt:
        return functions_.adopt(handle, number, json);
      case BackendFunction::kLaunch:
        return functions_.launch(handle, number, json);
      case BackendFunction::kRelease:
        return functions_.release(handle, number, json);
      case BackendFunction::kPools:
        return functions_.pools(handle, number);
      case BackendFunction::kHealth:
        return functions_.health(handle, number);
      case BackendFunction::kLogs:
        return functions_.logs(handle, number, json);
      case BackendFunction::kFetch:
        return functions_.fetch(handle, number, json);
      case BackendFunction::kStop:
        return functions_.stop(handle, number);
    }
    return 1;
  });
}

void BackendCalls::answered(std::uint64_t number, BackendReply reply) {
  const auto found = calls_.find(number);
  if (found == calls_.end() || !found->second.is_made) return;  // late, twice, or never asked
  instance_->record()->calls().called(time_taken(found->second));
  end(number, std::move(reply));
}

// Since the library was asked; noted for whoever reads the times.
std::int64_t BackendCalls::time_taken(const Call& call) const {
  const std::int64_t took_ns = instance_->surroundings().time->now_ns() - call.made_ns;
  if (times_ != nullptr) times_->add(call.function, took_ns);
  return took_ns;
}

void BackendCalls::give_up(std::uint64_t number) {
  const auto found = calls_.find(number);
  if (found == calls_.end()) return;
  const Call& call = found->second;
  const std::string in_time = "in " + std::to_string(deadline_ms(call.function)) + " ms";
  if (!call.is_made)
    return end(number, {.status = CallStatus::kTransient,
                        .message = words(call,
                                         "was not asked: an earlier call for the attempt "
                                         "was not over " +
                                             in_time)});
  time_taken(call);
  instance_->record()->fault(std::string(function_name(call.function)) + " had no answer " +
                             in_time);
  end(number,
      {.status = CallStatus::kUnknown, .message = words(call, "gave no answer " + in_time)});
}

void BackendCalls::end_soon(std::uint64_t number, BackendReply reply) {
  loop_.post([weak = weak_from_this(), number, reply = std::move(reply)] {
    if (const auto self = weak.lock()) self->end(number, reply);
  });
}

void BackendCalls::end(std::uint64_t number, BackendReply reply) {
  const auto self = shared_from_this();  // `done` may be what destroys the backend
  auto ended = calls_.extract(number);
  if (ended.empty()) return;
  Call& call = ended.mapped();
  if (call.key) {
    if (const auto next = lanes_.leave(*call.key, number)) make(*next);
  }
  call.done(std::move(reply));
}

void BackendCalls::happened(BackendEvent event) {
  if (events_ == nullptr) return;
  if (auto* workload = std::get_if<WorkloadEvent>(&event)) {
    events_->workload_changed(std::move(*workload));
  } else if (auto* pools = std::get_if<std::vector<ReportedPool>>(&event)) {
    events_->pools_changed(std::move(*pools));
  }
}

std::string BackendCalls::words(const Call& call, const std::string& what) const {
  return "the backend " + instance_->name() + " (" + std::string(function_name(call.function)) +
         ") " + what;
}

}  // namespace berth
