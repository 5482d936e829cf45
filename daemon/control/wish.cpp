#include "control/wish.hpp"

#include <nlohmann/json.hpp>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "model/strict_json.hpp"

namespace berth {
namespace {

constexpr std::size_t kReasonBytesMax = 1000;

Error bad_reason(std::string message) {
  return {"BadRequest", "reason: " + message, {{"reason", message, ""}}};
}

Result<std::string> read_reason(const nlohmann::json& body) {
  std::string reason;
  for (const auto& [name, value] : body.items()) {
    if (name != "reason")
      return Error{"BadRequest",
                   "only \"reason\" may stand here",
                   {{clean_utf8(name, 60), "no such field; there is: reason",
                     nearest(name, {"reason"}).value_or("")}}};
    if (!value.is_string()) return bad_reason("must be text");
    reason = value.get<std::string>();
  }
  if (reason.find('\0') != std::string::npos) return bad_reason("must have no NUL byte");
  if (reason.size() > kReasonBytesMax) return bad_reason("must be at most 1000 bytes");
  return reason;
}

}  // namespace

Result<Actor> read_actor(const Call& call, ReasonIs needed) {
  auto body = parse_strict_json(call.body.empty() ? "{}" : call.body);
  if (!body) return Error{"BadRequest", body.error().message};
  if (!body->is_object()) return Error{"BadRequest", "the body must be {\"reason\": \"...\"}"};
  auto reason = read_reason(*body);
  if (!reason) return reason.error();
  if (needed == ReasonIs::kRequired && reason->empty())
    return bad_reason("is required: who and why are stored, and read by others");
  return Actor{call.principal.user, std::move(*reason)};
}

}  // namespace berth
