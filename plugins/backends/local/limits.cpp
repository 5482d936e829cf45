#include "limits.hpp"

#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <system_error>

#include "descriptor.hpp"

namespace berth {
namespace {

constexpr std::int64_t kPeriodMicroseconds = 100'000;
constexpr std::int64_t kQuotaMicrosecondsMin = 1000;  // the kernel takes no less
constexpr std::int64_t kOneCpu = 1000;
constexpr std::int64_t kSharesOfOneCpu = 1024;  // what a cgroup has that nobody told
constexpr std::int64_t kWeightOfOneCpu = 100;   // the same of version 2

std::vector<ControlFile> cpu_files(int version, const Limits& limits) {
  if (limits.cpu_milli == 0) return {};
  const std::int64_t quota =
      std::max(kQuotaMicrosecondsMin, limits.cpu_milli * kPeriodMicroseconds / kOneCpu);
  std::vector<ControlFile> files;
  if (version == 2) {
    const auto weight =
        std::clamp<std::int64_t>(limits.cpu_milli * kWeightOfOneCpu / kOneCpu, 1, 10'000);
    files.push_back({"cpu.weight", std::to_string(weight)});
    if (limits.cpu_is_capped)
      files.push_back({"cpu.max", std::to_string(quota) + ' ' + std::to_string(kPeriodMicroseconds)});
    return files;
  }
  const auto shares =
      std::clamp<std::int64_t>(limits.cpu_milli * kSharesOfOneCpu / kOneCpu, 2, 262'144);
  files.push_back({"cpu.shares", std::to_string(shares)});
  if (!limits.cpu_is_capped) return files;
  files.push_back({"cpu.cfs_period_us", std::to_string(kPeriodMicroseconds)});
  // Refused when a cgroup above has less: that one holds, then.
  files.push_back({"cpu.cfs_quota_us", std::to_string(quota), false});
  return files;
}

// Swap is memory, too: what does not fit into memory is not to go on as the slowest of all jobs.
std::vector<ControlFile> memory_files(int version, const Limits& limits) {
  if (limits.memory_bytes == 0) return {};
  const std::string bytes = std::to_string(limits.memory_bytes);
  if (version == 2) return {{"memory.max", bytes}, {"memory.swap.max", "0", false}};
  return {{"memory.limit_in_bytes", bytes}, {"memory.memsw.limit_in_bytes", bytes, false}};
}

std::vector<ControlFile> pids_files(const Limits& limits) {
  if (limits.processes_max == 0) return {};
  return {{"pids.max", std::to_string(limits.processes_max)}};
}

}  // namespace

std::string_view controller_name(Controller controller) {
  switch (controller) {
    case Controller::kCpu:
      return "cpu";
    case Controller::kMemory:
      return "memory";
    case Controller::kPids:
      return "pids";
  }
  return "";
}

std::string_view telltale_file(Controller controller, int version) {
  switch (controller) {
    case Controller::kCpu:
      return version == 2 ? "cpu.max" : "cpu.cfs_quota_us";
    case Controller::kMemory:
      return version == 2 ? "memory.max" : "memory.limit_in_bytes";
    case Controller::kPids:
      return "pids.max";
  }
  return "";
}

std::vector<ControlFile> control_files(Controller controller, int version, const Limits& limits) {
  switch (controller) {
    case Controller::kCpu:
      return cpu_files(version, limits);
    case Controller::kMemory:
      return memory_files(version, limits);
    case Controller::kPids:
      return pids_files(limits);
  }
  return {};
}

void write_control_files(const std::filesystem::path& cgroup,
                         const std::vector<ControlFile>& files) {
  for (const ControlFile& file : files) {
    const std::filesystem::path path = cgroup / file.name;
    const Descriptor control(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    const bool is_written =
        control && write(control.number(), file.text.data(), file.text.size()) ==
                       static_cast<ssize_t>(file.text.size());
    if (!is_written && file.must_hold)
      throw std::system_error(errno, std::generic_category(),
                              "cannot write " + file.text + " to " + path.string());
  }
}

}  // namespace berth
