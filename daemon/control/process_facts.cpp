#include "control/process_facts.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace berth {
namespace {

// Of proc(5): the fields of /proc/PID/stat behind the name of the program, which may hold anything.
constexpr int kUserTicks = 11;  // counted from the state, which is 0
constexpr int kSystemTicks = 12;
constexpr int kThreads = 17;
constexpr int kStartTicks = 19;
constexpr int kVirtualBytes = 20;
constexpr int kResidentPages = 21;

double boot_unix_seconds() {
  std::ifstream lines("/proc/stat");
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  return 0;
}

std::int64_t open_files() {
  std::error_code failed;
  const std::filesystem::directory_iterator entries("/proc/self/fd", failed);
  return failed ? 0 : std::distance(begin(entries), end(entries)) - 1;  // one is the listing's own
}

void read_status(ProcessFacts& facts) {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return;
  std::istringstream words(text.substr(name_end + 1));
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::string word;
  for (int field = 0; words >> word && field <= kResidentPages; ++field) {
    if (field == 0) continue;
    const double number = std::stod(word);
    if (field == kUserTicks || field == kSystemTicks) facts.cpu_seconds += number / ticks;
    if (field == kThreads) facts.threads = static_cast<std::int64_t>(number);
    if (field == kStartTicks) facts.started_unix_seconds = boot_unix_seconds() + number / ticks;
    if (field == kVirtualBytes) facts.virtual_bytes = static_cast<std::int64_t>(number);
    if (field == kResidentPages)
      facts.resident_bytes = static_cast<std::int64_t>(number) * ::sysconf(_SC_PAGESIZE);
  }
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  read_status(facts);
  facts.open_files = open_files();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    facts.open_files_max = static_cast<std::int64_t>(limit.rlim_cur);
  return facts;
}

}  // namespace berth
