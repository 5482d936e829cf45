// The one folder that plugins are loaded from, read in a way that leaves no moment between looking
// at a file and using it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct PluginFile {
  std::string name;
  std::string bytes;
  std::string sha256;
  std::int64_t changed_ns = 0;  // when it was last written or touched
};

// Owned by root or by the daemon's own user, and written by nobody else. [start]
class TrustedFolder {
 public:
  // Errors: "PluginFolder".
  static Result<TrustedFolder> open(const std::filesystem::path& path);

  TrustedFolder(TrustedFolder&& other) noexcept;
  TrustedFolder& operator=(TrustedFolder&&) = delete;
  ~TrustedFolder();

  // The *.so of the folder, sorted. Errors: "PluginFolder".
  Result<std::vector<std::string>> libraries() const;

  // The whole file, when it is as trusted as the folder. Errors: "PluginRefused".
  Result<PluginFile> read(const std::string& name) const;

 private:
  explicit TrustedFolder(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace berth
