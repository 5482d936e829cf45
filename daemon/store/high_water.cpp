#include "store/high_water.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/log.hpp"
#include "store/store_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytes = 96;  // always, so that overwriting it needs no room on the disk

std::string text_of(const HighWaterMark& mark) {
  std::string text = "berth store " + mark.instance + " epoch " + std::to_string(mark.epoch) +
                     " sequence " + std::to_string(mark.sequence);
  text.resize(kBytes - 1, ' ');
  return text + "\n";
}

std::optional<HighWaterMark> mark_of(const std::string& text) {
  std::istringstream words(text);
  std::string berth, store, epoch, sequence;
  HighWaterMark mark;
  words >> berth >> store >> mark.instance >> epoch >> mark.epoch >> sequence >> mark.sequence;
  const bool is_one = words && berth == "berth" && store == "store" && epoch == "epoch" &&
                      sequence == "sequence";
  return is_one ? std::optional(mark) : std::nullopt;
}

Error unwritable(const fs::path& file) {
  return {"StoreUnavailable", file.string() + " cannot be written: " + std::strerror(errno)};
}

bool write_and_sync(const fs::path& file, const std::string& text) {
  const int opened =
      open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (opened < 0) return false;
  const bool written =
      write(opened, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(opened) == 0;
  const int why = errno;
  close(opened);
  errno = why;
  return written;
}

}  // namespace

fs::path high_water_file(const fs::path& store) { return store.parent_path() / "high-water"; }

std::optional<HighWaterMark> read_high_water(const fs::path& file) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  std::string line;
  std::getline(in, line);
  auto mark = mark_of(line);
  if (!mark)
    log_warning("store_high_water_unreadable",
                {{"file", file.string()},
                 {"effect", "an older store in the place of a newer one is not noticed"}});
  return mark;
}

Result<void> write_high_water(const fs::path& file, const HighWaterMark& mark) {
  const fs::path partial = file.string() + ".partial";
  if (!write_and_sync(partial, text_of(mark))) return unwritable(partial);
  if (rename(partial.c_str(), file.c_str()) != 0) return unwritable(file);
  sync_folder(file.parent_path());
  return {};
}

HighWater::HighWater(const fs::path& file, HighWaterMark mark)
    : opened_(open(file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC)), mark_(std::move(mark)) {}

HighWater::~HighWater() {
  if (opened_ >= 0) close(opened_);
}

void HighWater::raise(std::int64_t sequence) {
  if (opened_ < 0 || sequence <= mark_.sequence) return;
  mark_.sequence = sequence;
  const std::string text = text_of(mark_);
  if (pwrite(opened_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) return;
  log_warning("store_high_water_stays", {{"error", std::strerror(errno)}});
  close(std::exchange(opened_, -1));
}

}  // namespace berth
