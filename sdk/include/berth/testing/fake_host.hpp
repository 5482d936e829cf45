// A host without a daemon: remembers names, log lines and counters.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "berth/abi.h"
#include "berth/host.hpp"

namespace berth::testing {

// Not for several threads at once, except where a plugin logs or counts. Neither copied nor moved.
class FakeHost {
 public:
  FakeHost()
      : record_{sizeof(berth_host), BERTH_ABI_MAJOR,     BERTH_ABI_MINOR,   this,
                &FakeHost::log,     &FakeHost::intern,   &FakeHost::lookup, &FakeHost::metric,
                &FakeHost::count,   &FakeHost::extension} {}
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const berth_host* record() const { return &record_; }

  berth_id intern(std::string_view text) {
    if (text.empty()) return BERTH_ID_ABSENT;
    const auto [at, is_new] = ids_.try_emplace(std::string(text), texts_.size() + 1);
    if (is_new) texts_.emplace_back(text);
    return at->second;
  }
  berth_id lookup(std::string_view text) const {
    if (text.empty()) return BERTH_ID_ABSENT;
    const auto at = ids_.find(text);
    return at == ids_.end() ? BERTH_ID_UNKNOWN : at->second;
  }
  std::string text(berth_id id) const {
    if (id == BERTH_ID_ABSENT) return "(none)";
    return id > texts_.size() ? "(unknown)" : texts_[id - 1];
  }

  const std::vector<std::string>& log_lines() const { return log_lines_; }
  // How far the counter of that name has come; 0 when nobody registered it.
  double counted(std::string_view counter_name) const {
    for (std::size_t i = 0; i < metric_names_.size(); ++i) {
      if (metric_names_[i] == counter_name) return counts_[i];
    }
    return 0;
  }

 private:
  static FakeHost& self(void* context) { return *static_cast<FakeHost*>(context); }

  static void log(void* context, berth_log_level, berth_str message) {
    self(context).log_lines_.emplace_back(as_view(message));
  }
  static berth_id intern(void* context, berth_str text) {
    return self(context).intern(as_view(text));
  }
  static berth_id lookup(void* context, berth_str text) {
    return self(context).lookup(as_view(text));
  }
  static std::uint32_t metric(void* context, berth_str metric_name, berth_str) {
    self(context).metric_names_.emplace_back(as_view(metric_name));
    self(context).counts_.push_back(0);
    return static_cast<std::uint32_t>(self(context).counts_.size() - 1);
  }
  static void count(void* context, std::uint32_t metric, double by) {
    self(context).counts_.at(metric) += by;
  }
  static const void* extension(void*, berth_str) { return nullptr; }

  const berth_host record_;
  std::map<std::string, berth_id, std::less<>> ids_;
  std::vector<std::string> texts_;
  std::vector<std::string> log_lines_;
  std::vector<std::string> metric_names_;
  std::vector<double> counts_;
};

}  // namespace berth::testing
