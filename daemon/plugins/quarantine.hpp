// Which files are kept from running, because the daemon died while they did.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "plugins/breadcrumb.hpp"

namespace berth {

enum class Confinement {
  kNone,
  kIdle,      // the library may be loaded, its functions are not called
  kUnloaded,  // the process died while it was loaded: not even that
};

// A crash inside a plugin puts its file in at once; being the one that ran when the daemon was
// killed from outside, only when it happens twice in a row. By content: another file of that name
// is free, and so is the same one after a `touch`. Kept in a small text file. [start]
class Quarantine {
 public:
  explicit Quarantine(std::filesystem::path file);

  // Says in the log what ran when the last process died, and takes it in.
  void take_in(const std::vector<LastWords>& last_words);

  // Where the file with that content stands; `changed_ns` is when it was last written or touched.
  Confinement of(const std::string& sha256, std::int64_t changed_ns);

  // Keeps it all for the next start; files that were not asked for are forgotten.
  void save() const;

 private:
  struct Entry {
    int deaths = 0;  // kEnough: in quarantine
    bool while_loading = false;
    std::int64_t changed_ns = 0;  // of the file when it was taken in; 0: not seen yet
    bool is_there = false;
  };
  static constexpr int kEnough = 2;

  std::filesystem::path file_;
  std::map<std::string, Entry> entries_;  // by sha256
};

}  // namespace berth
