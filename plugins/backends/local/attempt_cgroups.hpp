// The cgroups of one attempt, alike in every hierarchy: ATTEMPT/ROOM/MEMBER. A room has the limits of
// the member after which it is named; those beside that one live there, too. An attempt of one room is
// that room itself: most jobs are, and cgroups take time to make.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "attempt_record.hpp"
#include "limits.hpp"
#include "workload.hpp"

namespace berth {

// The room for each member of a workload, as records name it.
std::map<std::string, std::string> rooms_of(const Workload& workload);

// Makes the rooms and limits them, by their names. Throws std::system_error when one cannot be made
// or a limit that this machine knows cannot be set.
void make_rooms(const AttemptRecord& record, const std::map<std::string, Limits>& limits);

// The member's own cgroups: in version 2, then in the others that the attempt has.
std::vector<std::filesystem::path> leaves_of(const AttemptRecord& record,
                                             const RecordedMember& member);

// Removes all of them; those that stay after a second are given. May take that second.
std::vector<std::filesystem::path> remove_cgroups(const AttemptRecord& record);

}  // namespace berth
