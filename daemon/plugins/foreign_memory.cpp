#include "plugins/foreign_memory.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace berth {
namespace {

// Bare system calls: the sanitizers' wrappers would look at the memory themselves.
bool moved(long call, int fd, const void* memory, std::size_t bytes) {
  return syscall(call, fd, memory, bytes, 0) == static_cast<long>(bytes);
}

}  // namespace

ForeignMemory::ForeignMemory() : fd_(memfd_create("berth-descriptors", MFD_CLOEXEC)) {}

ForeignMemory::~ForeignMemory() {
  if (fd_ >= 0) close(fd_);
}

bool ForeignMemory::read(const void* from, void* to, std::size_t bytes) const {
  if (bytes == 0) return true;
  return from != nullptr && moved(SYS_pwrite64, fd_, from, bytes) &&
         pread(fd_, to, bytes, 0) == static_cast<ssize_t>(bytes);
}

std::optional<std::string> ForeignMemory::text(berth_str from, std::size_t bytes_max) const {
  if (from.data == nullptr && from.size == 0) return std::string();
  if (from.size > bytes_max) return std::nullopt;
  std::string copy(from.size, '\0');
  if (!read(from.data, copy.data(), copy.size())) return std::nullopt;
  return copy;
}

}  // namespace berth
