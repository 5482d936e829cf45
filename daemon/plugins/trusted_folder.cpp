#include "plugins/trusted_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "base/digest.hpp"

namespace berth {
namespace {

constexpr off_t kLargestLibraryBytes = 256 << 20;

Error folder_error(const std::filesystem::path& path, const std::string& what) {
  return {"PluginFolder", "the plugin folder " + path.string() + " " + what};
}

Error refused(const std::string& why) { return {"PluginRefused", why}; }

std::string mode_text(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

// What is wrong with owner or mode; empty when nothing is.
std::string distrust(const struct stat& about) {
  if (about.st_uid != 0 && about.st_uid != geteuid())
    return "belongs to user " + std::to_string(about.st_uid) +
           ", whom this berthd does not trust; it must belong to root or to the daemon's own user "
           "(chown)";
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return "has the unsafe mode " + mode_text(about.st_mode) +
           ": others may write to it; remove that right (chmod go-w)";
  return {};
}

Result<std::string> read_all(int fd, off_t size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        pread(fd, bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused(std::string("reading it failed: ") + std::strerror(errno));
    if (got == 0) return refused("it became shorter while it was read; install files by renaming");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<PluginFile> read_checked(int fd, const std::string& name) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return refused(std::strerror(errno));
  if (!S_ISREG(about.st_mode)) return refused("it is no regular file");
  if (const std::string why = distrust(about); !why.empty()) return refused("the file " + why);
  if (about.st_size > kLargestLibraryBytes) return refused("it is larger than 256 MiB");
  auto bytes = read_all(fd, about.st_size);
  if (!bytes) return bytes.error();
  PluginFile file;
  file.name = name;
  file.bytes = std::move(*bytes);
  file.sha256 = sha256_hex(file.bytes);
  file.changed_ns = std::int64_t{about.st_mtim.tv_sec} * 1'000'000'000 + about.st_mtim.tv_nsec;
  return file;
}

}  // namespace

Result<TrustedFolder> TrustedFolder::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return folder_error(path, std::string("cannot be opened: ") + std::strerror(errno) +
                                  "; set server.plugin_dir to the folder that holds them");
  TrustedFolder folder(fd);
  struct stat about {};
  if (fstat(fd, &about) != 0) return folder_error(path, std::strerror(errno));
  if (const std::string why = distrust(about); !why.empty()) return folder_error(path, why);
  return folder;
}

TrustedFolder::TrustedFolder(TrustedFolder&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

TrustedFolder::~TrustedFolder() {
  if (fd_ >= 0) close(fd_);
}

Result<std::vector<std::string>> TrustedFolder::libraries() const {
  const int fd = openat(fd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const opened = fd < 0 ? nullptr : fdopendir(fd);
  if (opened == nullptr) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) close(fd);
    return Error{"PluginFolder", "the plugin folder cannot be listed: " + why};
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opened, closedir);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name.size() > 3 && name.front() != '.' && name.ends_with(".so")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<PluginFile> TrustedFolder::read(const std::string& name) const {
  const int fd = openat(fd_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ELOOP)
    return refused("it is a symbolic link; put the file itself into the plugin folder");
  if (fd < 0) return refused(std::string("it cannot be opened: ") + std::strerror(errno));
  auto file = read_checked(fd, name);
  close(fd);
  return file;
}

}  // namespace berth
