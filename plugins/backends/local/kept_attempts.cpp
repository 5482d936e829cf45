#include "kept_attempts.hpp"

#include <sys/stat.h>

namespace berth {

namespace fs = std::filesystem;

std::int64_t bytes_beneath(const fs::path& folder) {
  std::int64_t bytes = 0;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    struct stat about {};
    if (lstat(at->path().c_str(), &about) == 0 && S_ISREG(about.st_mode))
      bytes += std::int64_t{about.st_blocks} * 512;
  }
  return bytes;
}

fs::path output_removed_mark(const fs::path& attempt) { return attempt / "output-removed"; }

void KeptAttempts::add(const std::string& name, fs::file_time_type released) {
  if (!attempts_.emplace(name, Kept{released}).second) return;
  by_age_.insert({released, name});
}

void KeptAttempts::set_bytes(const std::string& name, std::int64_t bytes) {
  const auto found = attempts_.find(name);
  if (found == attempts_.end()) return;
  bytes_ += bytes - found->second.bytes;
  found->second.bytes = bytes;
  if (bytes > 0)
    with_output_.insert({found->second.released, name});
  else
    with_output_.erase({found->second.released, name});
}

void KeptAttempts::forget(const std::string& name) {
  const auto found = attempts_.find(name);
  if (found == attempts_.end()) return;
  set_bytes(name, 0);
  by_age_.erase({found->second.released, name});
  attempts_.erase(found);
}

std::vector<std::string> KeptAttempts::names() const {
  std::vector<std::string> names;
  for (const auto& [name, kept] : attempts_) names.push_back(name);
  return names;
}

std::pair<std::string, KeptAttempts::Loses> KeptAttempts::next_to_lose() {
  if (attempts_.size() > limits_.attempts_max) {
    const std::string oldest = by_age_.begin()->second;
    forget(oldest);
    return {oldest, Loses::kEverything};
  }
  if (bytes_ > limits_.output_bytes_max && !with_output_.empty()) {
    const std::string oldest = with_output_.begin()->second;
    set_bytes(oldest, 0);
    return {oldest, Loses::kOutput};
  }
  return {};
}

}  // namespace berth
