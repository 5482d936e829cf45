// Events and the tokens that say where in their stream somebody is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event.hpp"
#include "status/json_text.hpp"
#include "status/sight.hpp"

namespace berth {

// A place in the stream of events: the store's epoch, and the sequence seen last.
struct WatchToken {
  std::int64_t epoch = 0;
  std::int64_t sequence = 0;
};

std::string token_text(const WatchToken& token);               // "1-42" [any]
std::optional<WatchToken> parse_token(std::string_view text);  // [any]

// The event as that much sight shows it: without its words where the job or its cluster said them. [any]
Event seen_with(Event event, Sight sight);

Json event_json(const Event& event, std::int64_t epoch);  // [any]

}  // namespace berth
