// What is kept of attempts that are gone: their output, until their job is forgotten, and within
// limits of number and of bytes for all of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace berth {

struct KeepLimits {
  std::size_t attempts_max = 0;
  std::int64_t output_bytes_max = 0;
};

// Bytes on the disk of all files beneath `folder`; 0 where there is none.
std::int64_t bytes_beneath(const std::filesystem::path& folder);

// Left behind where output was removed to keep within the limit of bytes.
std::filesystem::path output_removed_mark(const std::filesystem::path& attempt);

// Knows them by name; whoever owns this counts their bytes and removes their files, elsewhere. [one
// thread]
class KeptAttempts {
 public:
  explicit KeptAttempts(KeepLimits limits) : limits_(limits) {}

  void add(const std::string& name, std::filesystem::file_time_type released);
  void set_bytes(const std::string& name, std::int64_t bytes);  // of its output
  void forget(const std::string& name);
  std::int64_t bytes() const { return bytes_; }
  std::vector<std::string> names() const;

  enum class Loses { kOutput, kEverything };
  // The oldest of which something must go, until nothing must: it is noted as gone. Empty: nothing.
  std::pair<std::string, Loses> next_to_lose();

 private:
  struct Kept {
    std::filesystem::file_time_type released;
    std::int64_t bytes = 0;
  };
  using Age = std::pair<std::filesystem::file_time_type, std::string>;

  KeepLimits limits_;
  std::map<std::string, Kept> attempts_;
  std::set<Age> by_age_;
  std::set<Age> with_output_;
  std::int64_t bytes_ = 0;
};

}  // namespace berth
