// Looks again and again how much room the folders of jobs take.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "attempt_record.hpp"
#include "disk_use.hpp"

namespace berth {

// One thread measures one folder after the other, and rests ten times as long as that took: however
// many files there are, it takes a tenth of one processor at most. [any]
class DiskWatch {
 public:
  // Called on the watch's thread, again at each round while the folder is beyond its limits.
  using Excess = std::function<void(const AttemptKey& key, const std::string& what)>;

  // `rest` is the least pause between two rounds.
  DiskWatch(DiskLimits limits, std::chrono::milliseconds rest, Excess excess);
  ~DiskWatch();
  DiskWatch(const DiskWatch&) = delete;
  DiskWatch& operator=(const DiskWatch&) = delete;

  void watch(const AttemptKey& key, const std::filesystem::path& folder);
  void forget(const AttemptKey& key);

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void measure_all();
  void pause(Clock::duration rest);

  const DiskLimits limits_;
  const std::chrono::milliseconds rest_;
  const Excess excess_;
  std::atomic<bool> must_stop_ = false;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::map<AttemptKey, std::filesystem::path> folders_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace berth
