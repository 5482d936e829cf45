#include "job_folder.hpp"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <system_error>

#include "descriptor.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), what + ' ' + path.string());
}

void hand_over(const fs::path& path, const Account& account) {
  if (account.uid == geteuid() && account.gid == getegid()) return;
  if (lchown(path.c_str(), account.uid, account.gid) != 0) fail("cannot hand over", path);
}

void make_folders(const fs::path& top, const fs::path& relative, const Account& account) {
  fs::path path = top;
  for (const fs::path& part : relative) {
    path /= part;
    make_private_folder(path);
    hand_over(path, account);
  }
}

void write_file(const fs::path& path, const WorkloadFile& file, const Account& account) {
  const Descriptor opened(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!opened) fail("cannot create", path);
  std::string_view rest = file.content;
  while (!rest.empty()) {
    const ssize_t written = write(opened.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", path);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fchmod(opened.number(), file.mode) != 0) fail("cannot write", path);
  hand_over(path, account);
}

Descriptor open_beneath(const AttemptFolder& folder, const fs::path& relative) {
  const Descriptor root(open(folder.path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  open_how how{};
  // Without O_NONBLOCK a FIFO that a job put there would keep us waiting for ever.
  how.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  return Descriptor(
      static_cast<int>(syscall(SYS_openat2, root.number(), relative.c_str(), &how, sizeof how)));
}

}  // namespace

void make_job_folder(const AttemptFolder& folder, const std::vector<WorkloadFile>& files,
                     const Account& account) {
  if (fs::exists(folder.shared())) return;
  const fs::path draft = folder.path / "shared.new";
  fs::remove_all(draft);
  make_private_folder(draft);
  for (const WorkloadFile& file : files) {
    const fs::path path(file.path);
    make_folders(draft, path.parent_path(), account);
    write_file(draft / path, file, account);
  }
  hand_over(draft, account);
  if (rename(draft.c_str(), folder.shared().c_str()) != 0) fail("cannot make", folder.shared());
}

std::optional<std::string> read_job_file(const AttemptFolder& folder, const std::string& name,
                                         uid_t owner, std::size_t bytes_max) {
  const Descriptor opened = open_beneath(folder, folder.shared().filename() / name);
  struct stat info {};
  if (!opened || fstat(opened.number(), &info) != 0) return std::nullopt;
  // A second name may be a link to what somebody else may not read.
  if (!S_ISREG(info.st_mode) || info.st_uid != owner || info.st_nlink != 1) return std::nullopt;
  return read_up_to(opened.number(), bytes_max);
}

}  // namespace berth
