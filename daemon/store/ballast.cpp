#include "store/ballast.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <utility>

namespace berth {
namespace {

constexpr std::int64_t kFullBytes = 1 << 20;
constexpr std::int64_t kSpareShare = 4;  // a quarter more must be free, or it would go to and fro

std::int64_t free_bytes(const std::filesystem::path& folder) {
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) return 0;
  return static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize);
}

bool is_there(const std::filesystem::path& file, std::int64_t size_bytes) {
  struct stat found {};
  return lstat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         found.st_size == size_bytes && std::int64_t{found.st_blocks} * 512 >= size_bytes;
}

}  // namespace

std::filesystem::path ballast_file(const std::filesystem::path& store) {
  return store.parent_path() / "ballast";
}

bool is_disk_full(const std::filesystem::path& folder) {
  return free_bytes(folder) < kFullBytes;
}

bool give_up_ballast_of_full_disk(const std::filesystem::path& store) {
  return is_disk_full(store.parent_path()) && unlink(ballast_file(store).c_str()) == 0;
}

Ballast::Ballast(std::filesystem::path file, std::int64_t size_bytes)
    : file_(std::move(file)), size_bytes_(size_bytes) {}

bool Ballast::take() {
  if (held_) return true;
  held_ = size_bytes_ <= 0 || is_there(file_, size_bytes_) || (fits() && fill());
  return held_;
}

void Ballast::release() {
  unlink(file_.c_str());
  held_ = false;
}

bool Ballast::fits() const {
  return free_bytes(file_.parent_path()) >= size_bytes_ + size_bytes_ / kSpareShare;
}

bool Ballast::fill() {
  const int opened =
      open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (opened < 0) return false;
  const bool filled = posix_fallocate(opened, 0, size_bytes_) == 0;
  close(opened);
  if (!filled) unlink(file_.c_str());
  return filled;
}

}  // namespace berth
