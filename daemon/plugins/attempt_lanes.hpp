// Calls for one attempt, one after the other.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "plugins/backend.hpp"

namespace berth {

// A lane for each (job, attempt) with calls under way; the call at its front is the one that was
// made. One thread at a time.
class AttemptLanes {
 public:
  // True when the call may be made now; else it waits for those before it.
  bool enter(const AttemptKey& key, std::uint64_t call) {
    std::deque<std::uint64_t>& lane = lanes_[key];
    lane.push_back(call);
    return lane.size() == 1;
  }

  // The call is over, or given up before it was made. Returns the one to make now, if any.
  std::optional<std::uint64_t> leave(const AttemptKey& key, std::uint64_t call) {
    const auto found = lanes_.find(key);
    if (found == lanes_.end() || found->second.empty()) return std::nullopt;
    std::deque<std::uint64_t>& lane = found->second;
    const bool was_front = lane.front() == call;
    std::erase(lane, call);
    if (!lane.empty()) return was_front ? std::optional(lane.front()) : std::nullopt;
    lanes_.erase(found);
    return std::nullopt;
  }

 private:
  std::map<AttemptKey, std::deque<std::uint64_t>> lanes_;
};

}  // namespace berth
