#include "supervise_request.hpp"

namespace berth {
namespace {

constexpr int kLengthBytes = 8;

void append(std::string& records, const std::string& key, const std::string& value) {
  records += key + '=' + value;
  records += '\0';
}

std::string little_endian(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < kLengthBytes; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
  return bytes;
}

void append_account(std::string& records, const Account& account) {
  append(records, "uid", std::to_string(account.uid));
  append(records, "gid", std::to_string(account.gid));
  for (const gid_t group : account.groups) append(records, "group", std::to_string(group));
}

}  // namespace

std::string SuperviseRequest::bytes() const {
  std::string records;
  for (const std::string& argument : arguments) append(records, "argv", argument);
  for (const auto& [name, value] : environment) append(records, "env", name + '=' + value);
  append(records, "directory", directory);
  if (!cgroup.empty()) append(records, "cgroup", cgroup);
  for (const std::string& path : limit_cgroups) append(records, "limit_cgroup", path);
  if (processes_max > 0) append(records, "processes_max", std::to_string(processes_max));
  if (account) {
    append_account(records, *account);
    append(records, "no_new_privileges", no_new_privileges ? "1" : "0");
  }
  append(records, "output_limit", std::to_string(output_limit_bytes));
  append(records, "grace_ms", std::to_string(grace.count()));
  return little_endian(records.size()) + records;
}

}  // namespace berth
