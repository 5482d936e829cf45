#include "small_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <system_error>

#include "descriptor.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), what + ' ' + path.string());
}

void write_whole(const Descriptor& file, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t written = write(file.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(file.number()) != 0) fail("cannot write", path);
}

void sync_folder(const fs::path& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || fsync(opened.number()) != 0) fail("cannot write", folder);
}

// Under a name of its own, so that the real name never shows half of it.
fs::path write_draft(const fs::path& file, std::string_view text, unsigned mode) {
  std::string draft = file.string() + ".XXXXXX";
  const Descriptor opened(mkostemp(draft.data(), O_CLOEXEC));
  if (!opened) fail("cannot create", draft);
  fchmod(opened.number(), mode);
  write_whole(opened, text, draft);
  return draft;
}

}  // namespace

std::optional<std::string> read_small_file(const fs::path& file, std::size_t bytes_max) {
  // Without O_NONBLOCK a FIFO that a job put there would keep us waiting for ever.
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!opened || fstat(opened.number(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return read_up_to(opened.number(), bytes_max);
}

std::optional<std::string> read_up_to(int file, std::size_t bytes_max) {
  std::string text;
  char buffer[4096];
  ssize_t length = 0;
  while ((length = read(file, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(length));
    if (text.size() > bytes_max) return std::nullopt;
  }
  if (length < 0) return std::nullopt;
  return text;
}

void replace_file(const fs::path& file, std::string_view text, unsigned mode) {
  const fs::path draft = write_draft(file, text, mode);
  if (rename(draft.c_str(), file.c_str()) != 0) {
    const int error = errno;
    unlink(draft.c_str());
    errno = error;
    fail("cannot write", file);
  }
  sync_folder(file.parent_path());
}

bool create_file_once(const fs::path& file, std::string_view text) {
  struct stat there {};
  if (lstat(file.c_str(), &there) == 0) return false;  // the usual case where it was decided long ago
  const fs::path draft = write_draft(file, text, 0600);
  const bool is_first = link(draft.c_str(), file.c_str()) == 0;
  const int error = errno;
  unlink(draft.c_str());
  errno = error;
  if (!is_first && errno != EEXIST) fail("cannot create", file);
  if (is_first) sync_folder(file.parent_path());
  return is_first;
}

void make_private_folder(const fs::path& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail("cannot create", folder);
}

void make_passable_folder(const fs::path& folder) {
  make_private_folder(folder);
  if (geteuid() == 0 && chmod(folder.c_str(), 0711) != 0) fail("cannot open", folder);
}

}  // namespace berth
