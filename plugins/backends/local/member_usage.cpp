#include "member_usage.hpp"

#include <fcntl.h>

#include "descriptor.hpp"

extern "C" {
#include "supervise/usage.h"
}

namespace berth {

MemberUsage read_usage(const std::vector<std::filesystem::path>& leaves) {
  usage all{};
  for (const std::filesystem::path& path : leaves) {
    const Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const leaf one{folder.number(), path.c_str()};
    add_usage(&one, &all);
  }
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  return {number(all.oom_kills), number(all.memory_bytes), number(all.memory_peak_bytes),
          number(all.forks_refused), number(all.processes_max)};
}

}  // namespace berth
