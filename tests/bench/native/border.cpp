// One filter over batches of pools: through the border as the daemon goes, and the same loop
// compiled in. border PLUGIN_FOLDER PASSES. Prints a JSON line for each size of batch.
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "native/compiled_in.hpp"
#include "native/processor_time.hpp"
#include "plugins/catalog.hpp"

namespace berth::bench {
namespace {

// Pools of which every fifth has too little room.
class Batch {
 public:
  explicit Batch(std::size_t count) : pools_(count), verdicts(count) {
    job_.size = sizeof job_;
    job_.gpu_milli = 2000;
    job_.cpu_milli = 8000;
    for (std::size_t i = 0; i < count; ++i) {
      pools_[i].size = sizeof pools_[i];
      pools_[i].gpu_free_milli = i % 5 == 0 ? 1000 : 8000;
      pools_[i].cpu_free_milli = 64'000;
      addresses_.push_back(&pools_[i]);
    }
    record = {sizeof record, &job_, addresses_.data(), count};
  }
  Batch(const Batch&) = delete;

 private:
  berth_job job_{};
  std::vector<berth_pool> pools_;
  std::vector<const berth_pool*> addresses_;

 public:
  berth_batch record{};
  std::vector<berth_verdict> verdicts;
};

template <typename Call>
double ns_a_call(int calls, Call call) {
  const std::int64_t began = processor_ns();
  for (int i = 0; i < calls; ++i) call();
  return static_cast<double>(processor_ns() - began) / calls;
}

void compare(Filter& plugin, std::size_t pools, int passes) {
  Batch batch(pools);
  const int calls = passes / static_cast<int>(pools) + 1;
  const auto through = [&] {
    if (!plugin.filter(batch.record, batch.verdicts.data())) std::abort();
  };
  const auto inside = [&] { compiled_in(batch.record, batch.verdicts.data()); };
  ns_a_call(calls / 10 + 1, through);  // to be warm
  ns_a_call(calls / 10 + 1, inside);
  const double plugin_ns = ns_a_call(calls, through);
  const double inside_ns = ns_a_call(calls, inside);
  std::printf("{\"pools\": %zu, \"plugin_ns\": %.1f, \"inside_ns\": %.1f}\n", pools, plugin_ns,
              inside_ns);
}

int run(const std::string& folder, int passes) {
  start_logging("error", "");  // on a busy machine a batch may be late: no news here
  std::string scratch = std::filesystem::temp_directory_path() / "berth-bench-XXXXXX";
  if (mkdtemp(scratch.data()) == nullptr) return 1;
  auto catalog = Catalog::load({folder, scratch, {}});
  if (!catalog) return std::fprintf(stderr, "border: %s\n", catalog.error().message.c_str()), 1;
  auto filter = (*catalog)->make_filter("bench.roomy", nullptr);
  if (!filter) return std::fprintf(stderr, "border: %s\n", filter.error().message.c_str()), 1;
  for (const std::size_t pools : {1, 100, 1'000, 10'000}) compare(**filter, pools, passes);
  std::filesystem::remove_all(scratch);
  return 0;
}

}  // namespace
}  // namespace berth::bench

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: border PLUGIN_FOLDER PASSES\n");
    return 2;
  }
  return berth::bench::run(words[1], std::atoi(words[2]));
}
