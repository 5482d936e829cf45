// Memory that a library claims to have, read without trusting the claim.
#pragma once

#include <berth/abi.h>

#include <cstddef>
#include <optional>
#include <string>

namespace berth {

// Copies through the kernel, which answers with an error where a plain read would kill the process.
// For descriptors at load; too slow for anything hot. One thread at a time.
class ForeignMemory {
 public:
  ForeignMemory();
  ForeignMemory(const ForeignMemory&) = delete;
  ForeignMemory& operator=(const ForeignMemory&) = delete;
  ~ForeignMemory();

  bool read(const void* from, void* to, std::size_t bytes) const;

  template <typename T>
  std::optional<T> read(const void* from) const {
    T copy;
    if (!read(from, &copy, sizeof copy)) return std::nullopt;
    return copy;
  }

  // None when it is not readable or longer than `bytes_max`. Null data is empty text.
  std::optional<std::string> text(berth_str from, std::size_t bytes_max = 4096) const;

 private:
  int fd_;
};

}  // namespace berth
