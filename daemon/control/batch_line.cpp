#include "control/batch_line.hpp"

#include <nlohmann/json.hpp>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "model/strict_json.hpp"

namespace berth {
namespace {

Error bad_line(const std::string& path, const std::string& message, std::string hint = "") {
  return {"BadRequest", path + ": " + message, {{path, message, std::move(hint)}}};
}

Result<Sent> read_envelope(const nlohmann::json& line) {
  Sent sent;
  for (const auto& [name, value] : line.items()) {
    if (name == "request") {
      sent.bytes = value.dump();
    } else if (name != "idempotency_key") {
      return bad_line(clean_utf8(name, 60), "no such field beside \"request\"",
                      nearest(name, {"request", "idempotency_key"}).value_or(""));
    } else if (!value.is_string()) {
      return bad_line(name, "must be text");
    } else {
      sent.idempotency_key = value.get<std::string>();
    }
  }
  return sent;
}

}  // namespace

Result<Sent> read_batch_line(std::string_view line) {
  const Sent bare{std::string(line), ""};
  if (line.find("\"request\"") == std::string_view::npos) return bare;
  auto parsed = parse_strict_json(line);
  if (!parsed) return Error{"BadRequest", parsed.error().message};
  const bool is_envelope =
      parsed->is_object() && parsed->contains("request") && (*parsed)["request"].is_object();
  if (!is_envelope) return bare;
  return read_envelope(*parsed);
}

}  // namespace berth
