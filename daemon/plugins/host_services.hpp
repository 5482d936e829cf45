// What the daemon offers to the plugins it runs.
#pragma once

#include <berth/abi.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "plugins/intern.hpp"

namespace berth {

// A plugin's own counter.
struct PluginMetric {
  std::string instance;
  std::string name;
  std::string help;
  double value = 0;
};

// The host record of each instance and what stands behind it. Records are never freed: a library's
// threads may outlive the instance they were made for. [any]
class HostServices : public std::enable_shared_from_this<HostServices> {
 public:
  Interns& interns() { return interns_; }
  const Interns& interns() const { return interns_; }

  // Lives as long as the process, and keeps these services alive with it.
  const berth_host* host_for(const std::string& instance);

  std::vector<PluginMetric> metrics() const;

 private:
  friend struct HostOfInstance;
  static constexpr std::uint32_t kMostMetrics = 1000;

  struct Counter {
    std::string instance;
    std::string name;
    std::string help;
    std::atomic<double> value = 0;
  };

  std::uint32_t metric(const std::string& instance, berth_str name, berth_str help);
  void count(std::uint32_t metric, double by);

  Interns interns_;
  mutable std::mutex mutex_;
  std::array<std::unique_ptr<Counter>, kMostMetrics> counters_;
  std::atomic<std::uint32_t> counter_count_ = 0;
};

}  // namespace berth
