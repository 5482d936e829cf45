// Launches that wait for their turn.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "attempt_record.hpp"

namespace berth {

// Thousands of launches at once would take longer than any of them may: a supervisor that is not
// heard in time is hung up, and all begin anew. So only so many members are under way at a time.
// [reactor]
class LaunchLine {
 public:
  using Start = std::function<void()>;
  using Later = std::function<void(Start)>;  // calls it from the reactor, once this turn is over

  LaunchLine(std::size_t members_max, Later later)
      : members_max_(members_max), later_(std::move(later)) {}
  LaunchLine(const LaunchLine&) = delete;
  LaunchLine& operator=(const LaunchLine&) = delete;

  // Asked again while it waits, an attempt keeps its place: all that was asked starts in one turn.
  void join(const AttemptKey& key, Start start);

  // Taken by a launch that starts and held until it is over, however it ends. The last that starts
  // may be wider than what is left. The line outlives all places.
  std::shared_ptr<void> take_place(std::size_t members);

 private:
  void start_next();

  const std::size_t members_max_;
  const Later later_;
  std::size_t members_under_way_ = 0;
  std::deque<AttemptKey> order_;
  std::map<AttemptKey, std::vector<Start>> waiting_;
};

}  // namespace berth
