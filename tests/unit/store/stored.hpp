// A store in a folder of its own, and what a test does with it.
#pragma once

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sample_jobs.hpp"
#include "store/sqlite_store.hpp"
#include "support/queue_loop.hpp"

namespace berth {

// Gone with all it holds at the end of the test.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "berth-store-XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  ~PrivateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class StillClock final : public Clock {
 public:
  Stamp now() const override { return {1'000, 10, 7}; }
};

class CountingChance final : public Chance {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::uint64_t last_ = 0;
};

inline StoreSettings settings_for(const std::filesystem::path& file) {
  StoreSettings settings;
  settings.file = file;
  settings.ballast_bytes = 0;
  return settings;
}

class Stored {
 public:
  explicit Stored(const std::filesystem::path& file) : Stored(settings_for(file)) {}
  explicit Stored(const StoreSettings& settings)
      : store_(SqliteStore::open(settings, loop_, clock_, chance_).value()) {}

  SqliteStore& operator*() { return *store_; }
  SqliteStore* operator->() { return store_.get(); }
  QueueLoop& loop() { return loop_; }

  Committed commit(Change change) {
    std::vector<Change> one;
    one.push_back(std::move(change));
    return commit_all(std::move(one)).at(0);
  }

  // In the order in which they were answered.
  std::vector<Committed> commit_all(std::vector<Change> changes) {
    std::vector<Committed> answers;
    const std::size_t wanted = changes.size();
    for (Change& change : changes)
      store_->commit(std::move(change),
                     [&](const Committed& answer) { answers.push_back(answer); });
    loop_.run_until([&] { return answers.size() == wanted; });
    return answers;
  }

 private:
  QueueLoop loop_;
  StillClock clock_;
  CountingChance chance_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace berth
