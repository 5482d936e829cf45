#include "plugins/host_services.hpp"

#include <string_view>

#include "base/log.hpp"
#include "base/text.hpp"

namespace berth {
namespace {

std::string_view view_of(berth_str text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

constexpr std::size_t kLongestLine = 4096;

void log_as(const std::string& instance, berth_log_level level, berth_str message) {
  const std::string text = clean_utf8(view_of(message), kLongestLine);
  switch (level) {
    case BERTH_LOG_DEBUG:
      return log_debug("plugin", {{"instance", instance}, {"message", text}});
    case BERTH_LOG_WARNING:
      return log_warning("plugin", {{"instance", instance}, {"message", text}});
    case BERTH_LOG_ERROR:
      return log_error("plugin", {{"instance", instance}, {"message", text}});
  }
  log_info("plugin", {{"instance", instance}, {"message", text}});
}

}  // namespace

// One instance's view of the services; what `context` of its host record points to.
struct HostOfInstance {
  berth_host record{};
  std::string instance;
  std::shared_ptr<HostServices> services;

  static HostOfInstance& of(void* context) { return *static_cast<HostOfInstance*>(context); }

  static void log(void* context, berth_log_level level, berth_str message) {
    log_as(of(context).instance, level, message);
  }
  static berth_id intern(void* context, berth_str text) {
    return of(context).services->interns_.add(view_of(text));
  }
  static berth_id lookup(void* context, berth_str text) {
    return of(context).services->interns_.look_up(view_of(text));
  }
  static std::uint32_t metric(void* context, berth_str name, berth_str help) {
    return of(context).services->metric(of(context).instance, name, help);
  }
  static void count(void* context, std::uint32_t metric, double by) {
    of(context).services->count(metric, by);
  }
  static const void* extension(void*, berth_str) { return nullptr; }  // there is none yet
};

const berth_host* HostServices::host_for(const std::string& instance) {
  auto made = std::make_unique<HostOfInstance>();
  made->instance = instance;
  made->services = shared_from_this();
  made->record = {sizeof(berth_host),      BERTH_ABI_MAJOR,
                  BERTH_ABI_MINOR,         made.get(),
                  &HostOfInstance::log,    &HostOfInstance::intern,
                  &HostOfInstance::lookup, &HostOfInstance::metric,
                  &HostOfInstance::count,  &HostOfInstance::extension};
  static std::mutex mutex;
  static auto& kept = *new std::deque<std::unique_ptr<HostOfInstance>>;
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(made));
  return &kept.back()->record;
}

// Metric 0 is nobody's: counting it does nothing.
std::uint32_t HostServices::metric(const std::string& instance, berth_str name, berth_str help) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t next = counter_count_;
  if (next == kMostMetrics) return 0;
  counters_[next] = std::make_unique<Counter>();
  counters_[next]->instance = instance;
  counters_[next]->name = clean_utf8(view_of(name), 128);
  counters_[next]->help = clean_utf8(view_of(help), 512);
  counter_count_.store(next + 1, std::memory_order_release);
  return next + 1;
}

void HostServices::count(std::uint32_t metric, double by) {
  if (metric == 0 || metric > counter_count_.load(std::memory_order_acquire)) return;
  counters_[metric - 1]->value.fetch_add(by, std::memory_order_relaxed);
}

std::vector<PluginMetric> HostServices::metrics() const {
  std::vector<PluginMetric> all;
  const std::uint32_t count = counter_count_.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Counter& counter = *counters_[i];
    all.push_back({counter.instance, counter.name, counter.help, counter.value.load()});
  }
  return all;
}

}  // namespace berth
