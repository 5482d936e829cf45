// What the host offers to every plugin: a log, counters and interned text.
#pragma once

#include <string_view>

#include "berth/abi.h"
#include "berth/name.hpp"

namespace berth::inline v1 {

inline berth_str as_str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view as_view(berth_str text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

// A counter of the host's metrics page. Copies count on the same counter; one that was never
// registered counts nowhere. Lock-free. [any]
class counter {
 public:
  counter() = default;
  counter(const berth_host* host, std::uint32_t metric) : host_(host), metric_(metric) {}

  void add(double by = 1.0) const {
    if (host_ != nullptr) host_->count(host_->context, metric_, by);
  }

 private:
  const berth_host* host_ = nullptr;
  std::uint32_t metric_ = 0;
};

// A plugin that has `void start(const berth::Host&)` gets it once, after its options are set and
// before anything else is called; it may throw to refuse. The host outlives every plugin: keep a
// copy if you like. Texts are UTF-8 and are copied by the host. [any, except where said]
class Host {
 public:
  explicit Host(const berth_host* record) : record_(record) {}

  // Turns text into its name, adding it if it is new; absent when the host's table is full. Only in
  // `start`.
  name intern(std::string_view text) const {
    return name(record_->intern(record_->context, as_str(text)));
  }

  // The name of text that is known already, else one that equals nothing. Costs a hash of the text.
  name lookup(std::string_view text) const {
    return name(record_->lookup(record_->context, as_str(text)));
  }

  // Registers a counter of the metrics page; `help` says what it counts. Only in `start`.
  counter metric(std::string_view metric_name, std::string_view help) const {
    const auto number = record_->metric(record_->context, as_str(metric_name), as_str(help));
    return counter(record_, number);
  }

  void debug(std::string_view message) const { log(BERTH_LOG_DEBUG, message); }
  void info(std::string_view message) const { log(BERTH_LOG_INFO, message); }
  void warning(std::string_view message) const { log(BERTH_LOG_WARNING, message); }
  void error(std::string_view message) const { log(BERTH_LOG_ERROR, message); }

  // A table of functions known by `id`, or null; its header says what it holds.
  const void* extension(std::string_view id) const {
    return record_->extension == nullptr ? nullptr
                                         : record_->extension(record_->context, as_str(id));
  }

 private:
  void log(berth_log_level level, std::string_view message) const {
    record_->log(record_->context, level, as_str(message));
  }

  const berth_host* record_;
};

}  // namespace berth::inline v1
