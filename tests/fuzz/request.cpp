// A job request as it comes over the socket, read by the daemon and by the job types' own code.
#include "model/request.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "command.hpp"
#include "must.hpp"
#include "ray.hpp"

namespace berth {
namespace {

void check_refusal(const Error& error) {
  must(error.code == "BadRequest", "a request is refused as such", error.code);
  must(!error.message.empty(), "a refusal has words");
  for (const Problem& problem : error.details)
    must(!problem.message.empty() && is_utf8(problem.message), "a problem can be told");
}

template <typename Type>
void read_section(const Type& type, std::string_view text) {
  if (!type.validate(text).empty()) return;
  const auto groups = nlohmann::json::parse(type.groups(text));
  must(groups.is_array() && !groups.empty(), "what is valid has groups");
  for (const auto& group : groups)
    must(group.at("count").template get<std::int64_t>() >= 0, "no group counts below nothing");
}

}  // namespace
}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace berth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto request = parse_request(text, {"command", "ray"});
  if (!request) {
    check_refusal(request.error());
    return 0;
  }
  if (request->wanted.type == "ray")
    read_section(Ray{}, text);
  else
    read_section(Command{}, text);
  return 0;
}
