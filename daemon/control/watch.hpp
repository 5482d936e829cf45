// The stream of events, from a token or from a snapshot on.
#pragma once

#include <memory>
#include <string>

#include "control/call.hpp"
#include "control/control.hpp"

namespace berth {

struct WatchWish {
  Principal who;
  std::string job;            // empty: all
  bool with_snapshot = true;  // first what there is, else only what comes
  std::int64_t since = 0;     // events after this one
};

// A place among those who follow events or logs. Errors: "TooManyWatchers". [io]
Result<std::shared_ptr<void>> join_watchers(Control& control, const Principal& who);

// Each line one JSON object: {"job"}... {"token"}, then {"event"} for ever; {"heartbeat"} when
// nothing happens. Ends with {"error"} "TooOld" when events that it had not shown yet were pruned.
// `place` is the watcher's among those who may watch. [io]
std::shared_ptr<BodyStream> new_watch(Control& control, WatchWish wish,
                                      std::shared_ptr<void> place);

}  // namespace berth
