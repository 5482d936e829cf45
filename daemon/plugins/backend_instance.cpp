#include "plugins/backend_instance.hpp"

#include <utility>

#include "plugins/backend_calls.hpp"
#include "plugins/backend_port.hpp"

namespace berth {

BackendInstance::BackendInstance(std::unique_ptr<Instance> instance, BackendSite site, Loop& loop,
                                 const Clock& clock)
    : site_(std::move(site)),
      loop_(loop),
      calls_(std::make_shared<BackendCalls>(std::move(instance), loop, site_.call_timeout_ms,
                                            site_.times)),
      port_(BackendPort::open(calls_, calls_->instance(), loop, clock)) {
  calls_->set_host(port_.record());
}

BackendInstance::~BackendInstance() { port_.close(); }

const std::vector<std::string>& BackendInstance::formats() const {
  return std::get<BackendTable>(calls_->instance().descriptor().table).formats;
}

void BackendInstance::start(BackendEvents& events, BackendDone done) {
  calls_->tell_events_to(events);
  calls_->ask(BackendFunction::kStart, {}, cluster_text(site_), std::move(done));
}

void BackendInstance::adopt(const AttemptKey& key, BackendDone done) {
  calls_->ask(BackendFunction::kAdopt, key, attempt_text(key), std::move(done));
}

void BackendInstance::launch(const LaunchOrder& order, BackendDone done) {
  calls_->ask(BackendFunction::kLaunch, order.key, launch_text(order), std::move(done));
}

void BackendInstance::release(const ReleaseOrder& order, BackendDone done) {
  calls_->ask(BackendFunction::kRelease, order.key, release_text(order), std::move(done));
}

void BackendInstance::pools(BackendDone done) {
  calls_->ask(BackendFunction::kPools, {}, {}, std::move(done));
}

void BackendInstance::health(BackendDone done) {
  calls_->ask(BackendFunction::kHealth, {}, {}, std::move(done));
}

void BackendInstance::logs(const LogRequest& request, BackendDone done) {
  ask_from_anywhere(BackendFunction::kLogs, logs_text(request), std::move(done));
}

void BackendInstance::fetch(const FetchRequest& request, BackendDone done) {
  ask_from_anywhere(BackendFunction::kFetch, fetch_text(request), std::move(done));
}

void BackendInstance::stop(BackendDone done) {
  calls_->ask(BackendFunction::kStop, {}, {}, std::move(done));
}

void BackendInstance::ask_from_anywhere(BackendFunction function, std::string text,
                                        BackendDone done) {
  loop_.post([weak = std::weak_ptr(calls_), function, text = std::move(text),
              done = std::move(done)]() mutable {
    if (const auto calls = weak.lock()) calls->ask(function, {}, std::move(text), std::move(done));
  });
}

}  // namespace berth
