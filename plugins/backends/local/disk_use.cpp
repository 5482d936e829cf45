#include "disk_use.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <memory>
#include <set>

#include "descriptor.hpp"

namespace berth {
namespace {

constexpr std::int64_t kBlockBytes = 512;
constexpr std::size_t kLinkedFilesMax = 100'000;  // that are remembered; others count each time

struct CloseListing {
  void operator()(DIR* listing) const { closedir(listing); }
};
using Listing = std::unique_ptr<DIR, CloseListing>;

Listing open_listing(int parent, const char* name) {
  const open_how how{.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                     .mode = 0,
                     .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
  const auto folder = static_cast<int>(syscall(SYS_openat2, parent, name, &how, sizeof how));
  return Listing(folder < 0 ? nullptr : fdopendir(folder));
}

bool is_itself_or_parent(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

class TreeMeter {
 public:
  TreeMeter(const DiskLimits& limits, const std::atomic<bool>& must_stop)
      : limits_(limits), must_stop_(must_stop) {}

  void add(const std::filesystem::path& folder) {
    const Listing listing(opendir(folder.c_str()));
    if (listing) add_listing(listing.get(), 0);
  }
  const DiskUse& use() const { return use_; }

 private:
  void add_listing(DIR* listing, int depth) {
    while (!is_over()) {
      const dirent* entry = readdir(listing);
      if (entry == nullptr) return;
      if (!is_itself_or_parent(entry->d_name)) add_entry(dirfd(listing), entry->d_name, depth);
    }
  }

  void add_entry(int parent, const char* name, int depth) {
    struct stat info {};
    if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0) return;  // gone
    ++use_.files;
    if (!was_counted(info)) use_.bytes += info.st_blocks * kBlockBytes;
    if (!S_ISDIR(info.st_mode)) return;
    if (depth == kFolderDepthMax) {
      use_.is_too_deep = true;
      return;
    }
    if (const Listing beneath = open_listing(parent, name)) add_listing(beneath.get(), depth + 1);
  }

  // A file of several names takes its room once.
  bool was_counted(const struct stat& info) {
    if (S_ISDIR(info.st_mode) || info.st_nlink < 2 || linked_.size() >= kLinkedFilesMax) return false;
    return !linked_.insert(info.st_ino).second;
  }

  bool is_over() const { return must_stop_ || !describe_excess(use_, limits_).empty(); }

  const DiskLimits& limits_;
  const std::atomic<bool>& must_stop_;
  DiskUse use_;
  std::set<ino_t> linked_;
};

std::string mebibytes(std::int64_t bytes) { return std::to_string(bytes >> 20) + "Mi"; }

}  // namespace

DiskUse measure_disk_use(const std::filesystem::path& folder, const DiskLimits& limits,
                         const std::atomic<bool>& must_stop) {
  TreeMeter meter(limits, must_stop);
  meter.add(folder);
  return meter.use();
}

std::string describe_excess(const DiskUse& use, const DiskLimits& limits) {
  if (limits.bytes > 0 && use.bytes > limits.bytes)
    return "its folder takes more than " + mebibytes(limits.bytes) +
           " on disk, which is what a job may have (disk_limit)";
  if (limits.files > 0 && use.files > limits.files)
    return "its folder has more than " + std::to_string(limits.files) +
           " files, which is what a job may have (files_max)";
  if (use.is_too_deep)
    return "its folders are nested more than " + std::to_string(kFolderDepthMax) +
           " deep, so their size cannot be watched";
  return {};
}

}  // namespace berth
