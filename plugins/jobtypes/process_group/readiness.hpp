// What a probe found out, and how it says it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace berth {

struct Readiness {
  std::int64_t ready = 0;
  bool is_done = false;
  std::string message;
};

// "1 of 2 workers joined". [any]
Readiness workers_joined(std::int64_t ready, std::int64_t wanted);

// Why the response of a fetch is of no use yet, in words about `who` ("the head"); empty: it is
// good. [any]
std::string why_no_answer(const nlohmann::json& response, std::string_view who);

// Whether the job has published where that is, as told at this turn of a probe. [any]
bool has_published(const nlohmann::json& turn, const char* endpoint);

// The answer that concludes a probe: it is asked again, often until it is done, seldom then. [any]
std::string conclude_probe(const Readiness& found, std::int64_t wanted);

}  // namespace berth
