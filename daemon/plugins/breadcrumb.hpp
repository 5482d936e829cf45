// Which plugin was running when the process died.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace berth {

// What the last process left behind.
struct LastWords {
  std::string sha256;  // of the plugin's file
  std::string plugin;  // empty: while the library was loaded
  std::string instance;
  bool crashed = false;  // it died of a signal that this very thread raised
  int signal = 0;
};

// A small file, mapped and shared, so that the kernel keeps what was written however the process
// ends. Before a call into a plugin its number is stored in the slot of the thread, after it what
// was there before. A handler for the signals of crashes notes which thread they hit, then leaves
// the signal to whoever had it before. Number 0 stands for nobody.
class Breadcrumb {
 public:
  // Reads what the last process left, then begins anew. Without the file (no space, or another
  // process has it) marks go nowhere and `last_words` is empty. [start]
  explicit Breadcrumb(const std::filesystem::path& file);
  Breadcrumb(const Breadcrumb&) = delete;
  Breadcrumb& operator=(const Breadcrumb&) = delete;
  ~Breadcrumb();

  const std::vector<LastWords>& last_words() const { return last_words_; }

  // A number for an instance; 0 when the table is full. [any]
  std::uint32_t enrol(const std::string& sha256, const std::string& plugin,
                      const std::string& instance);

  // The calling thread is in a plugin as long as this lives.
  class Mark {
   public:
    Mark(const Breadcrumb& crumb, std::uint32_t number)
        : slot_(crumb.slot()), before_(slot_.load(std::memory_order_relaxed)) {
      slot_.store(number, std::memory_order_relaxed);
    }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    ~Mark() { slot_.store(before_, std::memory_order_relaxed); }

   private:
    std::atomic<std::uint32_t>& slot_;
    std::uint32_t before_;
  };

  struct Page;

 private:
  std::atomic<std::uint32_t>& slot() const;
  void read_last_words();

  int fd_ = -1;
  Page* page_;
  std::mutex mutex_;
  std::uint32_t enrolled_ = 0;
  std::vector<LastWords> last_words_;
};

}  // namespace berth
