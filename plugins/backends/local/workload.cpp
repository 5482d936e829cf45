#include "workload.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kNameMax = 63;
constexpr std::size_t kMembersMax = 10'000;
constexpr int kReplicaMax = 1'000'000;

bool holds_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

// Relative, and staying where it is: "a/b", not "/a", "../a" or "".
bool leads_beneath(const std::string& text) {
  const std::filesystem::path path(text);
  return !text.empty() && !holds_nul(text) && path.is_relative() &&
         std::none_of(path.begin(), path.end(),
                      [](const auto& part) { return part == ".." || part == "." || part.empty(); });
}

std::map<std::string, std::string> parse_environment(const json& from, const std::string& member) {
  std::map<std::string, std::string> environment;
  for (const auto& [name, value] : from.items()) {
    const std::string text = value.get<std::string>();
    if (name.empty() || name.find('=') != std::string::npos || holds_nul(name) || holds_nul(text)) {
      throw BadWorkload(member + ": \"" + name + "\" cannot be set in an environment");
    }
    environment[name] = text;
  }
  return environment;
}

void parse_amounts(const json& from, WorkloadMember& member) {
  member.cpu_milli = from.value("cpu_milli", std::int64_t{0});
  member.memory_bytes = from.value("memory_bytes", std::int64_t{0});
  member.beside = from.value("beside", "");
  if (member.cpu_milli < 0 || member.memory_bytes < 0) {
    throw BadWorkload(member.name() + ": it may use less than nothing");
  }
  if (!member.beside.empty() && (member.cpu_milli != 0 || member.memory_bytes != 0)) {
    throw BadWorkload(member.name() + " is beside " + member.beside +
                      ", so it has no cpu_milli and memory_bytes of its own");
  }
}

WorkloadMember parse_member(const json& from) {
  WorkloadMember member;
  member.role = from.at("role").get<std::string>();
  member.replica = from.value("replica", 0);
  member.is_main = from.value("main", false);
  member.arguments = from.at("argv").get<std::vector<std::string>>();
  member.environment = parse_environment(from.value("environment", json::object()), member.role);
  member.directory = from.value("directory", "");
  parse_amounts(from, member);
  if (!is_plain_name(member.role) || member.replica < 0 || member.replica > kReplicaMax) {
    throw BadWorkload("\"" + member.name() + "\" is no name of a member");
  }
  if (member.arguments.empty() || member.arguments.front().empty()) {
    throw BadWorkload(member.name() + " names no program");
  }
  if (std::any_of(member.arguments.begin(), member.arguments.end(), holds_nul)) {
    throw BadWorkload(member.name() + ": an argument has a zero byte");
  }
  const bool is_inside = member.directory.empty() || leads_beneath(member.directory);
  if (holds_nul(member.directory) || (!is_inside && member.directory.front() != '/')) {
    throw BadWorkload(member.name() + ": directory \"" + member.directory +
                      "\" must be absolute, or beneath the shared folder");
  }
  return member;
}

WorkloadFile parse_file(const json& from) {
  WorkloadFile file;
  file.path = from.at("path").get<std::string>();
  file.content = from.at("content").get<std::string>();
  const std::string mode = from.value("mode", "0600");
  char* end = nullptr;
  file.mode = static_cast<unsigned>(std::strtoul(mode.c_str(), &end, 8));
  if (!leads_beneath(file.path)) {
    throw BadWorkload("file \"" + file.path + "\" must lie beneath the shared folder");
  }
  if (mode.empty() || *end != '\0' || file.mode > 0700) {
    throw BadWorkload("file \"" + file.path + "\" has mode " + mode +
                      "; it must be octal and for its owner alone");
  }
  return file;
}

// Beside a member that lives out of its own amounts: a chain would be a puzzle.
void check_company(const std::vector<WorkloadMember>& members) {
  std::set<std::string> hosts;
  for (const WorkloadMember& member : members) {
    if (member.beside.empty()) hosts.insert(member.name());
  }
  for (const WorkloadMember& member : members) {
    if (member.beside.empty() || hosts.contains(member.beside)) continue;
    throw BadWorkload(member.name() + " is beside " + member.beside +
                      ", which is no member with amounts of its own");
  }
}

void check_names(const std::vector<WorkloadMember>& members) {
  if (members.empty()) throw BadWorkload("it has no members");
  if (members.size() > kMembersMax) throw BadWorkload("it has more than 10000 members");
  std::set<std::string> names;
  for (const WorkloadMember& member : members) {
    if (!names.insert(member.name()).second) throw BadWorkload(member.name() + " is there twice");
  }
}

}  // namespace

bool is_plain_name(std::string_view text) {
  const auto is_plain = [](unsigned char letter) {
    return std::isalnum(letter) || letter == '-' || letter == '_';
  };
  return !text.empty() && text.size() <= kNameMax &&
         std::all_of(text.begin(), text.end(), is_plain);
}

Workload parse_workload(const json& from, std::chrono::milliseconds default_grace) {
  try {
    Workload workload;
    for (const json& member : from.at("members")) workload.members.push_back(parse_member(member));
    for (const json& file : from.value("files", json::array())) {
      workload.files.push_back(parse_file(file));
    }
    workload.grace = std::chrono::milliseconds(
        std::max<std::int64_t>(0, from.value("grace_ms", std::int64_t{default_grace.count()})));
    check_names(workload.members);
    check_company(workload.members);
    return workload;
  } catch (const json::exception& error) {
    throw BadWorkload(error.what());
  }
}

}  // namespace berth
