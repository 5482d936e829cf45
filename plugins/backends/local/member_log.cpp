#include "member_log.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "output_log.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kLeastLimit = 16;  // room for a character
constexpr std::int64_t kMostLimit = 4 << 20;

const RecordedMember* main_member(const AttemptRecord& record) {
  const auto is_main = [](const RecordedMember& member) { return member.is_main; };
  const auto found = std::find_if(record.members.begin(), record.members.end(), is_main);
  if (found != record.members.end()) return &*found;
  return record.members.empty() ? nullptr : &record.members.front();
}

// Without a role, that of the main member is meant; without a replica too, the main member itself.
const RecordedMember* choose_member(const AttemptRecord& record, const LogRequest& request) {
  const RecordedMember* const main = main_member(record);
  if (request.role.empty() && (request.replica == 0 || main == nullptr)) return main;
  const std::string& role = request.role.empty() ? main->role : request.role;
  const auto is_wanted = [&](const RecordedMember& member) {
    return member.role == role && member.replica == request.replica;
  };
  const auto found = std::find_if(record.members.begin(), record.members.end(), is_wanted);
  return found == record.members.end() ? nullptr : &*found;
}

// Whether no more will ever be printed.
bool has_ended(const AttemptFolder& folder, const MemberFolder& member) {
  switch (member.fate()) {
    case Fate::kOpen:
      return std::filesystem::exists(folder.tombstone());
    case Fate::kCancelled:
      return true;
    case Fate::kStarted:
      return member.exit_record().has_value() || !member.is_locked();
  }
  return false;
}

}  // namespace

std::optional<std::string> read_member_log(const AttemptFolder& folder, const LogRequest& request) {
  const std::optional<AttemptRecord> record = read_attempt_record(folder);
  const RecordedMember* member = record ? choose_member(*record, request) : nullptr;
  if (member == nullptr) return std::nullopt;
  const MemberFolder place(folder.member(member->name()));
  const bool is_complete =
      has_ended(folder, place);  // asked before reading, or the last lines miss
  const OutputLog log(place.path());
  const std::int64_t offset =
      request.offset < 0 ? log.tail_offset(request.tail_bytes) : request.offset;
  const OutputChunk chunk =
      log.read(offset, std::clamp(request.limit_bytes, kLeastLimit, kMostLimit), is_complete);
  const json answer = {{"data", chunk.data},        {"offset", chunk.offset},
                       {"next", chunk.next},        {"end", is_complete && chunk.is_all},
                       {"dropped", chunk.dropped},  {"role", member->role},
                       {"replica", member->replica}};
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string read_tail(const MemberFolder& member, std::int64_t bytes) {
  const OutputLog log(member.path());
  return log.read(log.tail_offset(bytes), bytes, true).data;
}

}  // namespace berth
