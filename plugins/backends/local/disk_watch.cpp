#include "disk_watch.hpp"

#include <algorithm>

namespace berth {
namespace {

constexpr int kRestsForEachWork = 10;

}  // namespace

DiskWatch::DiskWatch(DiskLimits limits, std::chrono::milliseconds rest, Excess excess)
    : limits_(limits), rest_(rest), excess_(std::move(excess)), thread_([this] { run(); }) {}

DiskWatch::~DiskWatch() {
  {
    std::lock_guard lock(mutex_);
    must_stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void DiskWatch::watch(const AttemptKey& key, const std::filesystem::path& folder) {
  std::lock_guard lock(mutex_);
  folders_[key] = folder;
}

void DiskWatch::forget(const AttemptKey& key) {
  std::lock_guard lock(mutex_);
  folders_.erase(key);
}

void DiskWatch::run() {
  while (!must_stop_) {
    const Clock::time_point began = Clock::now();
    measure_all();
    pause(std::max<Clock::duration>(rest_, kRestsForEachWork * (Clock::now() - began)));
  }
}

void DiskWatch::measure_all() {
  std::map<AttemptKey, std::filesystem::path> folders;
  {
    std::lock_guard lock(mutex_);
    folders = folders_;
  }
  for (const auto& [key, folder] : folders) {
    const DiskUse use = measure_disk_use(folder, limits_, must_stop_);
    const std::string what = describe_excess(use, limits_);
    if (!what.empty() && !must_stop_) excess_(key, what);
  }
}

void DiskWatch::pause(Clock::duration rest) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, rest, [this] { return must_stop_.load(); });
}

}  // namespace berth
