#include "cli/context.hpp"

#include <cctype>
#include <nlohmann/json.hpp>

#include "cli/exit_code.hpp"
#include "cli/good_answer.hpp"
#include "cli/problem_text.hpp"

namespace berth {
namespace {

Result<nlohmann::json> answer_to(Context& context, const ControlRequest& request) {
  const auto reply = context.client.send(request);
  if (!reply) return reply.error();
  if (!reply->is_good()) return error_of(*reply);
  return good_answer(request, reply->body);
}

std::string percent_encoded(const std::string& text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace

Result<nlohmann::json> ask(Context& context, const std::string& target) {
  return answer_to(context, {"GET", target});
}

Result<nlohmann::json> tell(Context& context, const std::string& target,
                            const nlohmann::json& body) {
  using Json = nlohmann::json;
  return answer_to(
      context, {"POST", target, body.dump(-1, ' ', false, Json::error_handler_t::replace)});
}

int fail(Context& context, const Error& error) {
  context.console.note(problem_text(error));
  return exit_code_of_error(error.code);
}

std::string query_text(const std::vector<std::pair<std::string, std::string>>& values) {
  std::string query;
  for (const auto& [name, value] : values) {
    if (value.empty()) continue;
    query += (query.empty() ? "?" : "&") + name + "=" + percent_encoded(value);
  }
  return query;
}

}  // namespace berth
