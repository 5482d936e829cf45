// What berth-supervise is told to run.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "account.hpp"

namespace berth {

struct SuperviseRequest {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // the whole of it
  std::string directory;
  std::string cgroup;  // empty: none
  std::vector<std::string> limit_cgroups;
  std::int64_t processes_max = 0;  // of its user; 0: no limit
  std::optional<Account> account;  // none: it runs as we do
  bool no_new_privileges = true;
  std::int64_t output_limit_bytes = 0;
  std::chrono::milliseconds grace{0};

  // As it goes through the pipe, its length first.
  std::string bytes() const;
};

}  // namespace berth
