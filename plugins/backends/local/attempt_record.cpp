#include "attempt_record.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "small_file.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kRecordBytesMax = 4 << 20;

AttemptRecord from_json(const json& from) {
  AttemptRecord record;
  record.instance = from.at("instance").get<std::string>();
  record.epoch = from.at("epoch").get<std::int64_t>();
  record.key = {from.at("job").get<std::string>(), from.at("attempt").get<int>()};
  record.uid = from.at("uid").get<std::string>();
  record.cgroup = from.at("cgroup").get<std::string>();
  record.limit_cgroups = from.value("limit_cgroups", std::vector<std::string>());
  record.user = from.value("user", geteuid());  // before there were many: our own
  record.group = from.value("group", getegid());
  record.grace = std::chrono::milliseconds(from.at("grace_ms").get<std::int64_t>());
  for (const json& member : from.at("members")) {
    record.members.push_back({member.at("role").get<std::string>(), member.at("replica").get<int>(),
                              member.at("main").get<bool>(), member.value("room", "")});
  }
  return record;
}

}  // namespace

std::optional<AttemptRecord> read_attempt_record(const AttemptFolder& folder) {
  const auto text = read_small_file(folder.record(), kRecordBytesMax);
  if (!text) return std::nullopt;
  try {
    return from_json(json::parse(*text));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void write_attempt_record(const AttemptFolder& folder, const AttemptRecord& record) {
  json members = json::array();
  for (const RecordedMember& member : record.members) {
    members.push_back({{"role", member.role},
                       {"replica", member.replica},
                       {"main", member.is_main},
                       {"room", member.room}});
  }
  const json whole = {{"version", 1},
                      {"instance", record.instance},
                      {"epoch", record.epoch},
                      {"job", record.key.job},
                      {"attempt", record.key.attempt},
                      {"uid", record.uid},
                      {"cgroup", record.cgroup},
                      {"limit_cgroups", record.limit_cgroups},
                      {"user", record.user},
                      {"group", record.group},
                      {"grace_ms", record.grace.count()},
                      {"members", members}};
  replace_file(folder.record(), whole.dump());
}

}  // namespace berth
