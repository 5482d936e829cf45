// A cluster that costs nothing: takes every launch at once and does nothing about it. For
// measuring all that comes before a backend. How many launches it took, it counts in a file of
// eight bytes, STATE_DIR/launched, which others may map.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <berth/backend.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using nlohmann::json;

std::string pools_text(const json& declared) {
  json pools = json::array();
  for (const json& pool : declared) {
    json shapes = json::array();
    for (const json& node : pool.at("nodes")) {
      json shape{{"nodes", node.value("count", 1)},
                 {"cpu_milli", node.value("cpu_milli", 0LL)},
                 {"memory_bytes", node.value("memory_bytes", 0LL)},
                 {"gpu_milli", node.value("gpu_milli", 0LL)}};
      shape["rooms"] = json::array({shape});
      shape["sku"] = node.value("sku", "");
      shapes.push_back(std::move(shape));
    }
    pools.push_back({{"name", pool.at("name")}, {"shapes", std::move(shapes)}});
  }
  return json{{"pools", std::move(pools)}}.dump();
}

class Costless : public berth::Backend {
 public:
  static constexpr std::string_view formats[] = {"process/group"};

  void start(berth::Call call, std::string_view cluster) override {
    const json site = json::parse(cluster);
    pools_ = pools_text(site.at("pools"));
    const std::string file = site.at("state_dir").get<std::string>() + "/launched";
    const int handle = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void* page = MAP_FAILED;
    if (handle >= 0 && ftruncate(handle, sizeof *launched_) == 0)
      page = mmap(nullptr, sizeof *launched_, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    if (handle >= 0) close(handle);
    if (page == MAP_FAILED) return call.permanent("cannot count in " + file);
    launched_ = static_cast<std::atomic<std::uint64_t>*>(page);
    call.ok(R"({"found": [], "tombstones": true})");
  }
  void launch(berth::Call call, std::string_view) override {
    launched_->fetch_add(1, std::memory_order_relaxed);
    call.ok(R"({"external_ref": "costless", "uid": "costless"})");
  }
  void adopt(berth::Call call, std::string_view) override { call.not_found(); }
  void release(berth::Call call, std::string_view) override {
    call.ok(R"({"gone": true, "message": "nothing was there", "processes": 0})");
  }
  void pools(berth::Call call) override { call.ok(pools_); }
  void health(berth::Call call) override { call.ok(); }
  void logs(berth::Call call, std::string_view) override { call.not_found(); }
  void stop(berth::Call call) override { call.ok(); }

 private:
  std::string pools_;
  std::atomic<std::uint64_t>* launched_ = nullptr;
};

}  // namespace

BERTH_MODULE(berth::define_backend<Costless>("bench.costless", "1.0.0",
                                             "Takes every launch and does nothing"))
