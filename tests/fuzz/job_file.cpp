// A job file as the command line reads it: YAML, TOML or JSON to the request that is sent.
#include <nlohmann/json.hpp>

#include "cli/job_document.hpp"
#include "must.hpp"

namespace berth {
namespace {

void check(const Result<std::vector<JobDocument>>& documents) {
  if (!documents) {
    must(documents.error().code == "BadFile", "a file is refused as such", documents.error().code);
    must(documents.error().message.starts_with("job"), "a refusal names the file");
    return;
  }
  for (const JobDocument& document : *documents)
    must(nlohmann::json::parse(document.json).is_object(), "what is sent is a request");
}

}  // namespace
}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace berth;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {  // TOML and JSON are chosen by their first byte, all else is YAML
    case 'T':
      check(read_toml(text, "job"));
      break;
    case 'J':
      check(read_json(text, "job"));
      break;
    default:
      check(read_yaml(std::string(reinterpret_cast<const char*>(data), size), "job"));
  }
  return 0;
}
