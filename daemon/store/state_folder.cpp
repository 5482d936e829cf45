#include "store/state_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace berth {
namespace {

constexpr mode_t kPrivate = 0700;
// Root's daemon keeps jobs of every user: they pass through to what is theirs and to the socket, and can
// neither list nor open anything else.
constexpr mode_t kPassable = 0711;

mode_t mode_of_ours() { return ::geteuid() == 0 ? kPassable : kPrivate; }

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%o", mode & 07777);
  return text;
}

Error folder_error(const std::filesystem::path& folder, const std::string& what) {
  return {"StateFolder", "server.state_dir, " + folder.string() + ", " + what};
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder.parent_path(), failed);
  if (::mkdir(folder.c_str(), kPrivate) == 0 || errno == EEXIST) return {};
  return folder_error(folder, std::string("cannot be made: ") + std::strerror(errno));
}

// Who can write here can make this daemon run anything.
Result<void> check_folder(const std::filesystem::path& folder) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0)
    return folder_error(folder, std::string("cannot be looked at: ") + std::strerror(errno));
  if (!S_ISDIR(status.st_mode)) return folder_error(folder, "is no folder (a link will not do)");
  if (status.st_uid != ::geteuid())
    return folder_error(folder, "belongs to uid " + std::to_string(status.st_uid) +
                                    ", and this is uid " + std::to_string(::geteuid()));
  if ((status.st_mode & 077 & ~mode_of_ours()) != 0)
    return folder_error(folder, "is open to others: chmod " + octal(mode_of_ours()) + " it");
  return {};
}

Result<void> settle_mode(const std::filesystem::path& folder) {
  if (::chmod(folder.c_str(), mode_of_ours()) == 0) return {};
  return folder_error(folder, std::string("cannot be given its mode: ") + std::strerror(errno));
}

std::string holder_of(int lock) {
  std::string text(32, '\0');
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  const auto end = text.find_first_not_of("0123456789");
  text.resize(std::min(end, text.size()));
  return text.empty() ? "unknown" : text;
}

void write_holder(int lock) {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, text.data(), text.size(), 0) < 0) {
    // Only the words for a second daemon suffer.
  }
}

}  // namespace

Result<std::unique_ptr<StateFolder>> StateFolder::take(const std::filesystem::path& folder) {
  if (const auto made = make_folder(folder); !made) return made.error();
  if (const auto good = check_folder(folder); !good) return good.error();
  if (const auto settled = settle_mode(folder); !settled) return settled.error();
  const std::filesystem::path file = folder / "lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (lock < 0)
    return folder_error(folder, std::string("cannot be locked: ") + std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = holder_of(lock);
    ::close(lock);
    return Error{"AlreadyRunning", "another berthd (process " + holder + ") has the state folder " +
                                       folder.string() +
                                       ": stop it first, or give this one a "
                                       "server.state_dir of its own"};
  }
  write_holder(lock);
  return std::unique_ptr<StateFolder>(new StateFolder(folder, lock));
}

Result<void> StateFolder::check(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(folder, error))) return {};
  return check_folder(folder);
}

Result<std::filesystem::path> StateFolder::make_cluster_folder(const std::string& cluster) const {
  std::filesystem::path folder = path_;
  for (const std::string& part : {std::string("clusters"), cluster}) {
    folder /= part;
    if (const auto made = make_folder(folder); !made) return made.error();
    if (const auto settled = settle_mode(folder); !settled) return settled.error();
  }
  return folder;
}

StateFolder::~StateFolder() { ::close(lock_); }

}  // namespace berth
