#include "cgroup.hpp"

#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <string>
#include <vector>

#include "descriptor.hpp"
#include "small_file.hpp"

namespace berth {

namespace fs = std::filesystem;

bool Cgroup::make() const {
  std::error_code error;
  if (path_.empty()) return false;
  fs::create_directories(path_, error);
  return fs::exists(path_ / "cgroup.procs", error);
}

bool Cgroup::is_populated() const {
  if (path_.empty()) return false;
  const auto events = read_small_file(path_ / "cgroup.events");
  return events && events->find("populated 1") != std::string::npos;
}

std::size_t Cgroup::count_processes() const {
  if (path_.empty()) return 0;
  const auto processes = read_small_file(path_ / "cgroup.procs");
  std::size_t count = 0;
  if (processes) {
    count = static_cast<std::size_t>(std::count(processes->begin(), processes->end(), '\n'));
  }
  for (const Cgroup& child : children()) count += child.count_processes();
  return count;
}

std::vector<Cgroup> Cgroup::children() const {
  std::vector<Cgroup> all;
  std::error_code error;
  for (fs::directory_iterator entry(path_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error)) all.emplace_back(entry->path());
  }
  return all;
}

void Cgroup::kill() const {
  if (path_.empty()) return;
  const Descriptor file(open((path_ / "cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const auto written = file ? write(file.number(), "1", 1) : 0;
}

bool Cgroup::remove() const {
  if (path_.empty()) return true;
  for (const Cgroup& child : children()) child.remove();
  return rmdir(path_.c_str()) == 0 || errno == ENOENT;
}

}  // namespace berth
