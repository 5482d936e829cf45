// What /metrics reads besides the engine and the store's rows.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/histogram.hpp"
#include "control/request_counts.hpp"
#include "plugins/backend_times.hpp"
#include "plugins/host_services.hpp"

namespace berth {

struct Instruments {
  std::shared_ptr<RequestCounts> requests;
  std::map<std::string, std::shared_ptr<const BackendTimes>> backends;  // by cluster
  std::function<std::vector<PluginMetric>()> plugin_counters;           // [any], as are the others
  std::function<Histogram::Value()> commits;
  std::function<std::int64_t()> connections;
  std::filesystem::path store_file;
};

}  // namespace berth
