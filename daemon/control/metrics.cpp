// GET /metrics: Prometheus' text form. Names and labels come from the site file, the installed plugins
// and tables of ours, never from a job or a user, so what is shown is bounded.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cctype>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "control/ask_loop.hpp"
#include "control/process_facts.hpp"
#include "control/routes.hpp"
#include "model/phase.hpp"

namespace berth {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr double kNanosecondsInASecond = 1e9;
constexpr double kMilli = 1000;

// The families in the order in which they were begun.
class Page {
 public:
  // What is added next is of this family.
  void begin(std::string name, std::string help, MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
  }
  void add(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (families_.back().type == MetricType::Counter)
      metric.counter.value = value;
    else
      metric.gauge.value = value;
    families_.back().metric.push_back(std::move(metric));
  }
  void add(Labels labels, const Histogram::Value& value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < Histogram::kBounds; ++i) {
      so_far += value.counts[i];
      const double bound = static_cast<double>(Histogram::bound_ns(i)) / kNanosecondsInASecond;
      metric.histogram.bucket.push_back({so_far, bound});
    }
    metric.histogram.sample_count = value.count();
    metric.histogram.sample_sum = static_cast<double>(value.sum_ns) / kNanosecondsInASecond;
    families_.back().metric.push_back(std::move(metric));
  }
  void gauge(std::string name, std::string help, double value) {
    begin(std::move(name), std::move(help), MetricType::Gauge);
    add({}, value);
  }

  std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_);
    return out.str();
  }

 private:
  std::vector<MetricFamily> families_;
};

// What only the loop knows, at one moment.
struct LoopFacts {
  std::map<std::string, std::size_t> waiting;
  std::vector<PoolView> pools;
  std::vector<ClusterView> clusters;
};

void add_jobs(Page& page, Control& control, const LoopFacts& facts) {
  page.begin("berth_jobs", "Jobs that are kept, by phase.", MetricType::Gauge);
  for (const auto& [phase, jobs] : control.readers.borrow()->counts())
    page.add({{"phase", std::string(phase_name(phase))}}, static_cast<double>(jobs));
  page.begin("berth_pending_jobs",
             "Jobs in the queue, by why they wait; held ones are not in the queue.",
             MetricType::Gauge);
  for (const auto& [reason, jobs] : facts.waiting)
    page.add({{"reason", reason.empty() ? "NotYetDecided" : reason}}, static_cast<double>(jobs));
}

void add_decisions(Page& page, const DecisionCounts& counts) {
  page.begin("berth_decisions_total", "Decisions about jobs in the queue, by how they ended.",
             MetricType::Counter);
  page.add({{"result", "placed"}}, static_cast<double>(counts.placed.load()));
  page.add({{"result", "waits"}}, static_cast<double>(counts.waits.load()));
  page.add({{"result", "never"}}, static_cast<double>(counts.never.load()));
  page.add({{"result", "policy_error"}}, static_cast<double>(counts.policy_error.load()));
  page.begin("berth_decision_seconds", "How long decisions took.", MetricType::Histogram);
  page.add({}, counts.times.value());
}

void add_plugins(Page& page, const std::vector<PluginStatus>& plugins) {
  page.begin("berth_plugin_seconds", "How long calls of plugins took.", MetricType::Histogram);
  for (const PluginStatus& plugin : plugins)
    if (plugin.loaded) page.add({{"plugin", plugin.id}}, plugin.durations);
  page.begin("berth_plugin_faults_total", "Calls of plugins that failed, or were late or wrong.",
             MetricType::Counter);
  for (const PluginStatus& plugin : plugins)
    if (plugin.loaded)
      page.add({{"plugin", plugin.id}, {"kind", plugin.kind}}, static_cast<double>(plugin.faults));
}

// As a part of a metric's name: letters, digits and "_".
std::string as_name(const std::string& text) {
  std::string name = text;
  for (char& letter : name)
    if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
  return name;
}

// The counters that plugins keep themselves: plugin_NAME_total, one series for each instance.
void add_plugin_counters(Page& page, const std::vector<PluginMetric>& counters) {
  std::map<std::string, std::map<std::string, double>> values;
  std::map<std::string, std::string> helps;
  for (const PluginMetric& counter : counters) {
    const std::string name = "plugin_" + as_name(counter.name) + "_total";
    values[name][counter.instance] += counter.value;
    helps.emplace(name, counter.help);
  }
  for (const auto& [name, by_instance] : values) {
    page.begin(name, helps.at(name), MetricType::Counter);
    for (const auto& [instance, value] : by_instance) page.add({{"instance", instance}}, value);
  }
}

void add_amounts(Page& page, const std::string& pool, const Amounts& amounts) {
  const auto add = [&](const char* resource, double amount) {
    page.add({{"pool", pool}, {"resource", resource}}, amount);
  };
  add("cpu", static_cast<double>(amounts.cpu_milli) / kMilli);
  add("memory", static_cast<double>(amounts.memory_bytes));
  add("gpu", static_cast<double>(amounts.gpu_milli) / kMilli);
}

void add_fleet(Page& page, const LoopFacts& facts) {
  page.begin("berth_cluster_ready", "1: takes jobs; 0: starting, offline, cordoned or draining.",
             MetricType::Gauge);
  for (const ClusterView& cluster : facts.clusters)
    page.add({{"cluster", cluster.name}}, cluster.state == "ready" ? 1 : 0);
  page.begin("berth_pool_capacity", "What a pool has: cores, bytes, GPUs.", MetricType::Gauge);
  for (const PoolView& pool : facts.pools) add_amounts(page, pool.name, pool.capacity);
  page.begin("berth_pool_used", "What jobs of Berth hold of it.", MetricType::Gauge);
  for (const PoolView& pool : facts.pools) add_amounts(page, pool.name, pool.held);
}

void add_backends(Page& page, const Instruments& instruments) {
  page.begin("berth_backend_seconds", "How long calls to clusters took until their answer.",
             MetricType::Histogram);
  for (const auto& [cluster, times] : instruments.backends)
    for (const auto& [function, value] : times->values())
      page.add({{"cluster", cluster}, {"op", std::string(function)}}, value);
}

double bytes_of(const std::filesystem::path& file) {
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(file, failed);
  return failed ? 0 : static_cast<double>(bytes);
}

void add_store(Page& page, const Instruments& instruments) {
  page.begin("berth_commit_seconds", "How long it took to make a group of changes durable.",
             MetricType::Histogram);
  page.add({}, instruments.commits());
  page.begin("berth_store_bytes", "The database and its write-ahead log.", MetricType::Gauge);
  page.add({{"file", "database"}}, bytes_of(instruments.store_file));
  page.add({{"file", "log"}}, bytes_of(instruments.store_file.string() + "-wal"));
}

void add_clients(Page& page, const Control& control) {
  page.gauge("berth_connections", "Clients that are connected.",
             static_cast<double>(control.instruments.connections()));
  page.gauge("berth_watchers", "Clients that follow events or logs.",
             static_cast<double>(control.hub.watchers()));
  page.begin("berth_requests_total", "Requests that were answered.", MetricType::Counter);
  for (const RouteCount& count : control.instruments.requests->counts())
    page.add({{"method", std::string(count.method)},
              {"route", std::string(count.route)},
              {"status", std::to_string(count.status)}},
             static_cast<double>(count.requests));
  page.begin("berth_request_seconds", "How long it took to answer a request.",
             MetricType::Histogram);
  page.add({}, control.instruments.requests->times());
}

void add_process(Page& page, const Control& control) {
  page.begin("berth_build_info", "Which berthd this is.", MetricType::Gauge);
  page.add({{"version", control.server.version}}, 1);
  const ProcessFacts facts = process_facts();
  page.begin("process_cpu_seconds_total", "Processor time spent.", MetricType::Counter);
  page.add({}, facts.cpu_seconds);
  page.gauge("process_start_time_seconds", "When it started, since 1970.",
             facts.started_unix_seconds);
  page.gauge("process_resident_memory_bytes", "Memory in use.",
             static_cast<double>(facts.resident_bytes));
  page.gauge("process_virtual_memory_bytes", "Address space in use.",
             static_cast<double>(facts.virtual_bytes));
  page.gauge("process_open_fds", "Open descriptors.", static_cast<double>(facts.open_files));
  page.gauge("process_max_fds", "The limit of open descriptors.",
             static_cast<double>(facts.open_files_max));
  page.gauge("process_threads", "Threads.", static_cast<double>(facts.threads));
}

Response page_response(const Page& page) {
  Response response;
  response.body = page.text();
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

}  // namespace

void show_metrics(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control,
      [](Engine& engine) {
        return LoopFacts{engine.waiting_by_reason(), engine.pools(), engine.clusters()};
      },
      [&control, answer = std::move(answer)](const LoopFacts& facts) {
        Page page;
        add_jobs(page, control, facts);
        add_decisions(page, control.engine.decisions());
        add_plugins(page, control.plugins());
        add_plugin_counters(page, control.instruments.plugin_counters());
        add_fleet(page, facts);
        add_backends(page, control.instruments);
        add_store(page, control.instruments);
        add_clients(page, control);
        add_process(page, control);
        answer(page_response(page));
      });
}

}  // namespace berth
