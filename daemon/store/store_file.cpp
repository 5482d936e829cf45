#include "store/store_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace berth {
namespace {

namespace fs = std::filesystem;

Error unavailable(const fs::path& file, const std::string& what) {
  return {"StoreUnavailable", "the store " + file.string() + " cannot be opened: " + what};
}

Result<void> check_is_ours(const fs::path& file) {
  struct stat found {};
  if (lstat(file.c_str(), &found) != 0) return unavailable(file, std::strerror(errno));
  if (S_ISLNK(found.st_mode))
    return unavailable(file, "it is a symbolic link; name the file itself in the site file");
  if (!S_ISREG(found.st_mode)) return unavailable(file, "it is not a regular file");
  if ((found.st_mode & 077) != 0 && chmod(file.c_str(), 0600) != 0)
    return unavailable(file, "others may read it, and its mode cannot be changed to 0600: " +
                                 std::string(std::strerror(errno)));
  return {};
}

}  // namespace

Result<fs::path> plain_store_path(const fs::path& file) {
  std::error_code failed;
  const fs::path folder = fs::canonical(fs::absolute(file).parent_path(), failed);
  if (failed) return unavailable(file, "its folder: " + failed.message());
  return folder / file.filename();
}

Result<fs::path> prepare_store_file(const fs::path& file) {
  const auto path = plain_store_path(file);
  if (!path) return path.error();
  if (!fs::exists(fs::symlink_status(*path))) {
    if (auto made = make_private_file(*path); !made) return made.error();
    sync_folder(path->parent_path());
  }
  if (auto ours = check_is_ours(*path); !ours) return ours.error();
  return *path;
}

Result<void> make_private_file(const fs::path& file) {
  const int made =
      open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return unavailable(file, std::strerror(errno));
  close(made);
  return {};
}

bool sync_file(const fs::path& file) {
  const int opened = open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) return false;
  const bool synced = fsync(opened) == 0;
  close(opened);
  return synced;
}

void sync_folder(const fs::path& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  fsync(opened);
  close(opened);
}

}  // namespace berth
