// What holds a job's members down, and how each version of cgroups is told.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

enum class Controller { kCpu, kMemory, kPids };
inline constexpr std::array kControllers{Controller::kCpu, Controller::kMemory, Controller::kPids};
std::string_view controller_name(Controller controller);  // as the kernel calls it

// 0: no limit.
struct Limits {
  std::int64_t cpu_milli = 0;
  bool cpu_is_capped = true;  // else it is a weight: more may be used while nobody wants it
  std::int64_t memory_bytes = 0;
  std::int64_t processes_max = 0;  // threads are counted, too
};

struct ControlFile {
  std::string name;
  std::string text;
  bool must_hold = true;  // else an older kernel may not have it, or something above is tighter
};

// What to write so that a cgroup of that version holds whoever is in it to the limits. [any]
std::vector<ControlFile> control_files(Controller controller, int version, const Limits& limits);

// The file by which a cgroup shows that it has the controller. [any]
std::string_view telltale_file(Controller controller, int version);

// Throws std::system_error for a file that must hold and cannot be written. [any]
void write_control_files(const std::filesystem::path& cgroup,
                         const std::vector<ControlFile>& files);

}  // namespace berth
