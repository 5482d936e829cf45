// A small file that somebody else replaces now and then.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace berth {

// [io]
class FreshFile {
 public:
  explicit FreshFile(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }

  // As it is now; read only when it looks different from the last time. Throws std::runtime_error
  // when it cannot be read or is larger than a MiB.
  const std::string& text();
  // It is read the next time, whatever it looks like.
  void forget() { seen_ = {}; }

 private:
  struct Look {
    ino_t inode = 0;
    off_t bytes = -1;
    timespec changed{};
  };

  std::filesystem::path path_;
  Look seen_;
  std::string text_;
};

}  // namespace berth
