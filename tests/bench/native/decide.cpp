// Decisions with the shipped plugins, and nothing else of the daemon:
//   decide PLUGIN_FOLDER POOLS SHAPES any|one ROUNDS
// The ledger moves as in life: each decision takes its room, which is given back 256 decisions
// later. Only the decision itself is timed. Prints one JSON line for each, without and with the
// record.
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <string>

#include "base/log.hpp"
#include "native/fleet.hpp"
#include "native/processor_time.hpp"
#include "plugins/catalog.hpp"
#include "scheduler/scheduler.hpp"

namespace berth::bench {
namespace {

constexpr std::size_t kHeldAtOnce = 256;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void fail(const std::string& why) {
  std::fprintf(stderr, "decide: %s\n", why.c_str());
  std::exit(1);
}

Profile shipped_profile(Catalog& catalog) {
  Profile profile;
  profile.name = "default";
  for (const char* name :
       {"cluster_ready", "affinity", "workload_format", "gpu_sku", "capacity", "node_fit"}) {
    auto made = catalog.make_filter(name, nullptr);
    if (!made) fail(made.error().message);
    profile.filters.push_back({std::move(*made), {}});
  }
  for (const char* name : {"least_loaded", "bin_pack", "cost", "prefers"}) {
    auto made = catalog.make_scorer(name, nullptr);
    if (!made) fail(made.error().message);
    profile.scorers.push_back({std::move(*made), 1.0, {}});
  }
  return profile;
}

struct Figures {
  bool with_record = false;
  int decisions = 0;
  std::int64_t took_ns = 0;
  std::size_t record_bytes = 0;
};

// Asks, takes, gives back.
class Bench {
 public:
  Bench(Catalog& catalog, int pools, int shapes, bool any_sku)
      : fleet_(a_fleet(pools)),
        interns_(catalog.interns()),
        pools_(fleet_.site(), interns_),
        scheduler_(fleet_.site(), interns_, policy(catalog)),
        asking_ns_(cost_of_asking_ns()) {
    interns_.add("sim");
    for (const ClusterSetting& cluster : fleet_.site().clusters) {
      pools_.report(cluster.name, fleet_.reported_by(cluster.name), {"sim"});
      pools_.set_cluster_state(cluster.name, BERTH_CLUSTER_READY);
    }
    for (int shape = 0; shape < shapes; ++shape) jobs_.push_back(a_gang(shape, any_sku).job());
  }

  Figures run(int decisions, bool with_record) {
    Figures figures{with_record, decisions};
    for (int i = 0; i < decisions; ++i) {
      const Job& job = jobs_[i % jobs_.size()];
      const Asker asker = asker_of(job);
      const std::int64_t began = processor_ns();
      const Decision decision = scheduler_.decide(asker, pools_, {}, now_ms(), with_record ? Detail::kRecord : Detail::kAnswer);
      if (with_record) figures.record_bytes += decision.table.size();
      figures.took_ns += processor_ns() - began - asking_ns_;
      if (!decision.placed) fail(decision.reason + ": " + decision.message);
      take(job, decision);
    }
    return figures;
  }

  void print(const Figures& figures) {
    std::printf(
        "{\"record\": %s, \"decisions\": %d, \"ns\": %.1f, \"record_bytes\": %zu, "
        "\"survivors\": %.3f}\n",
        figures.with_record ? "true" : "false", figures.decisions,
        static_cast<double>(figures.took_ns) / figures.decisions,
        figures.record_bytes / static_cast<std::size_t>(figures.decisions), share_of_survivors());
  }

 private:
  static Policy policy(Catalog& catalog) {
    Policy policy;
    policy.profiles.push_back(shipped_profile(catalog));
    return policy;
  }

  // Of the first shape, as things stand.
  double share_of_survivors() {
    const Decision decision =
        scheduler_.decide(asker_of(jobs_[0]), pools_, {}, now_ms(), Detail::kTable);
    int refused = 0;
    for (const auto& [what, count] : decision.refusals) refused += count;
    return 1.0 - static_cast<double>(refused) / pools_.size();
  }

  static Asker asker_of(const Job& job) {
    Asker asker;
    asker.wanted = job.wanted;
    asker.owner = job.owner;
    asker.formats = {"sim"};
    return asker;
  }

  void take(const Job& job, const Decision& decision) {
    const AttemptKey key{"j" + std::to_string(taken_++), 1};
    if (!pools_.take(key, pools_.index_of(decision.pool), job.wanted->groups))
      fail("no room in " + decision.pool);
    held_.push_back(key);
    if (held_.size() <= kHeldAtOnce) return;
    pools_.give_back(held_.front());
    held_.pop_front();
  }

  SiteBuilder fleet_;
  Interns& interns_;
  PoolTable pools_;
  Scheduler scheduler_;
  std::vector<Job> jobs_;
  std::deque<AttemptKey> held_;
  std::int64_t taken_ = 0;
  std::int64_t asking_ns_;
};

// Loads what lies in `folder` by way of a private folder of its own.
std::unique_ptr<Catalog> load(const std::string& folder, const std::filesystem::path& scratch) {
  CatalogSettings settings{folder, scratch, {}};
  settings.budgets.late_ns = 60'000'000'000;  // on a busy machine any batch may be late
  auto catalog = Catalog::load(settings);
  if (!catalog) fail(catalog.error().message);
  return std::move(*catalog);
}

int run(char** words) {
  start_logging("error", "");
  std::string scratch = std::filesystem::temp_directory_path() / "berth-bench-XXXXXX";
  if (mkdtemp(scratch.data()) == nullptr) fail("no temporary folder");
  const auto catalog = load(words[1], scratch);
  Bench bench(*catalog, std::atoi(words[2]), std::atoi(words[3]), words[4] == std::string("any"));
  const int decisions = std::atoi(words[5]);
  bench.run(decisions / 4 + 1, false);  // to be warm
  bench.print(bench.run(decisions, false));
  bench.print(bench.run(decisions, true));
  std::filesystem::remove_all(scratch);
  return 0;
}

}  // namespace
}  // namespace berth::bench

int main(int count, char** words) {
  if (count != 6) {
    std::fprintf(stderr, "usage: decide PLUGIN_FOLDER POOLS SHAPES any|one DECISIONS\n");
    return 2;
  }
  return berth::bench::run(words);
}
