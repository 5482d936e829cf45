#include "status/event_json.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace berth {
namespace {

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end || value < 0) return std::nullopt;
  return value;
}

// Their words are Berth's own on where a job goes, or a person's on why.
constexpr std::string_view kPublicKinds[] = {"Enqueued", "Scheduled", "KillRequested",
                                             "Held",     "Resumed",   "Requeued"};

bool has_public_words(const Event& event) {
  return event.job.empty() || std::find(std::begin(kPublicKinds), std::end(kPublicKinds),
                                        event.kind) != std::end(kPublicKinds);
}

}  // namespace

Event seen_with(Event event, Sight sight) {
  if (sight == Sight::kRow && !has_public_words(event)) event.message.clear();
  return event;
}

std::string token_text(const WatchToken& token) {
  return std::to_string(token.epoch) + "-" + std::to_string(token.sequence);
}

std::optional<WatchToken> parse_token(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto epoch = parse_number(text.substr(0, dash));
  const auto sequence = parse_number(text.substr(dash + 1));
  if (!epoch || !sequence) return std::nullopt;
  return WatchToken{*epoch, *sequence};
}

Json event_json(const Event& event, std::int64_t epoch) {
  return Json{{"token", token_text({epoch, event.sequence})},
              {"sequence", event.sequence},
              {"job", event.job},
              {"attempt", event.attempt},
              {"kind", event.kind},
              {"phase", event.phase},
              {"reason", event.reason},
              {"message", event.message},
              {"user", event.user},
              {"time", iso_time(event.at_ms)}};
}

}  // namespace berth
