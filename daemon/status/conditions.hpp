// A job's conditions: a view of its events, stored nowhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/event.hpp"
#include "status/json_text.hpp"

namespace berth {

struct Condition {
  std::string type;  // Enqueued, Held, Scheduled, Launched, Ready, Released, Finished
  bool is_true = true;
  std::int64_t at_ms = 0;
  std::string reason;
  std::string message;

  bool operator==(const Condition&) const = default;
};

// In the order in which they first came up; an attempt that ended takes its own ones back. [any]
std::vector<Condition> conditions_of(const std::vector<Event>& events);

Json conditions_json(const std::vector<Condition>& conditions);  // [any]

}  // namespace berth
