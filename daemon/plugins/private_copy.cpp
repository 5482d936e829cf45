#include "plugins/private_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "plugins/trusted_folder.hpp"

namespace berth {
namespace {

Error copy_error(const std::filesystem::path& path, const std::string& what) {
  return {"PluginRefused", what + " " + path.string() + " failed: " + std::strerror(errno)};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_there(const PluginFile& file, const std::filesystem::path& folder) {
  const auto trusted = TrustedFolder::open(folder);
  if (!trusted) return false;
  const auto copy = trusted->read(file.sha256 + ".so");
  return copy && copy->bytes == file.bytes;
}

}  // namespace

Result<void> prepare_private_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder.parent_path(), failed);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return Error{"PluginFolder", "the folder " + folder.string() +
                                     " for copies of plugins cannot "
                                     "be made: " +
                                     std::strerror(errno)};
  struct stat about {};
  if (lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid() ||
      (about.st_mode & 0077) != 0)
    return Error{"PluginFolder", "the folder " + folder.string() +
                                     " for copies of plugins must be "
                                     "a folder of the daemon's own user with the mode 0700"};
  return {};
}

Result<std::filesystem::path> copy_privately(const PluginFile& file,
                                             const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / (file.sha256 + ".so");
  if (is_there(file, folder)) return path;
  const std::filesystem::path half = folder / (file.sha256 + ".half");
  unlink(half.c_str());
  const int fd = open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0500);
  if (fd < 0) return copy_error(half, "making the copy");
  const bool written = write_all(fd, file.bytes) && fsync(fd) == 0;
  const int why = errno;
  close(fd);
  errno = why;
  if (!written || rename(half.c_str(), path.c_str()) != 0) {
    Error error = copy_error(half, "writing the copy");
    unlink(half.c_str());
    return error;
  }
  return path;
}

}  // namespace berth
