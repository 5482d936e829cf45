#include "status/conditions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/clock.hpp"

namespace berth {
namespace {

struct Effect {
  std::string_view kind;       // of the event
  std::string_view condition;  // that it makes
  bool is_true;
};

constexpr Effect kEffects[] = {
    {"Enqueued", "Enqueued", true},
    {"Held", "Held", true},
    {"Resumed", "Held", false},
    {"Scheduled", "Scheduled", true},
    {"Launched", "Launched", true},
    {"Ready", "Ready", true},
    {"Ended", "Ready", false},
    {"Released", "Released", true},
    {"Finished", "Finished", true},
    {"RetryScheduled", "Scheduled", false},
    {"RetryScheduled", "Launched", false},
    {"Requeued", "Scheduled", false},
    {"Requeued", "Launched", false},
    {"Scheduled", "Released", false},
};

void apply(std::vector<Condition>& conditions, const Effect& effect, const Event& event) {
  const auto found = std::find_if(conditions.begin(), conditions.end(),
                                  [&](const Condition& c) { return c.type == effect.condition; });
  const Condition now{std::string(effect.condition), effect.is_true, event.at_ms, event.reason,
                      event.message};
  if (found != conditions.end()) {
    *found = now;
  } else if (effect.is_true) {  // what never was true is not worth a line
    conditions.push_back(now);
  }
}

}  // namespace

std::vector<Condition> conditions_of(const std::vector<Event>& events) {
  std::vector<Condition> conditions;
  for (const Event& event : events) {
    for (const Effect& effect : kEffects) {
      if (effect.kind == event.kind) apply(conditions, effect, event);
    }
  }
  return conditions;
}

Json conditions_json(const std::vector<Condition>& conditions) {
  Json list = Json::array();
  for (const Condition& condition : conditions) {
    list.push_back({{"type", condition.type},
                    {"status", condition.is_true ? "True" : "False"},
                    {"time", iso_time(condition.at_ms)},
                    {"reason", condition.reason},
                    {"message", condition.message}});
  }
  return list;
}

}  // namespace berth
