#include "fresh_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>

namespace berth {
namespace {

constexpr std::size_t kBytesMax = 1 << 20;

[[noreturn]] void complain(const std::filesystem::path& path, int error) {
  throw std::runtime_error(path.string() +
                           " cannot be read: " + std::generic_category().message(error));
}

std::string read_all(int descriptor, const std::filesystem::path& path) {
  std::string text(kBytesMax + 1, '\0');
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const ssize_t count = ::read(descriptor, text.data() + bytes, text.size() - bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) complain(path, errno);
    if (count == 0) break;
    bytes += static_cast<std::size_t>(count);
  }
  if (bytes > kBytesMax) throw std::runtime_error(path.string() + " is larger than 1 MiB");
  text.resize(bytes);
  return text;
}

}  // namespace

const std::string& FreshFile::text() {
  struct stat now;
  if (::stat(path_.c_str(), &now) != 0) complain(path_, errno);
  const bool is_as_seen = seen_.bytes == now.st_size && seen_.inode == now.st_ino &&
                          seen_.changed.tv_sec == now.st_mtim.tv_sec &&
                          seen_.changed.tv_nsec == now.st_mtim.tv_nsec;
  if (is_as_seen) return text_;
  // Not blocked by a pipe that somebody put there.
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) complain(path_, errno);
  try {
    text_ = read_all(descriptor, path_);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  ::close(descriptor);
  seen_ = {now.st_ino, now.st_size, now.st_mtim};
  return text_;
}

}  // namespace berth
