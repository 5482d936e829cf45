// From the words of a command line to the requests that are sent.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/set_field.hpp"
#include "cli/submit.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

std::string here() {
  std::error_code error;
  const auto folder = std::filesystem::current_path(error);
  return error ? "" : folder.string();
}

// `berth submit --project eta -- python x.py`: runs where the user stands.
Json command_request(const SubmitOptions& options) {
  Json section{{"run", options.command}};
  if (const std::string folder = here(); !folder.empty()) section["directory"] = folder;
  for (const auto& [name, value] : {std::pair{"cpu", options.cpu},
                                    {"memory", options.memory},
                                    {"gpu", options.gpu},
                                    {"sku", options.sku}}) {
    if (!value.empty()) section[name] = value;
  }
  const std::string program = std::filesystem::path(options.command.front()).filename().string();
  return {{"type", "command"}, {"name", program}, {"command", section}};
}

Result<Json> with_options(Json request, const SubmitOptions& options) {
  if (!options.name.empty()) request["name"] = options.name;
  if (!options.project.empty()) request["project"] = options.project;
  for (const std::string& assignment : options.sets) {
    auto changed = with_field_set(std::move(request), assignment);
    if (!changed) return changed.error();
    request = std::move(*changed);
  }
  // Whoever types a command is there to be told; only a program gains by a job that waits for ever.
  if (options.is_forced) request["strict"] = false;
  if (!request.contains("strict")) request["strict"] = true;
  return request;
}

Result<std::vector<JobDocument>> documents_of(const SubmitOptions& options) {
  const bool has_command = !options.command.empty();
  if (has_command && !options.file.empty())
    return Error{"Usage", "a file and a command behind -- are two jobs: submit one at a time"};
  if (has_command) return std::vector<JobDocument>{{command_request(options).dump(), "", {}}};
  if (options.file.empty())
    return Error{"Usage", "what to submit? berth submit job.yaml, or berth submit -- python x.py"};
  if (!options.cpu.empty() || !options.memory.empty() || !options.gpu.empty() ||
      !options.sku.empty())
    return Error{"Usage",
                 "--cpu, --memory, --gpu and --sku are for a command behind --; of a file, "
                 "change fields with --set"};
  return read_job_file(options.file);
}

}  // namespace

Result<std::vector<JobDocument>> requests_of(const SubmitOptions& options) {
  auto documents = documents_of(options);
  if (!documents) return documents.error();
  for (JobDocument& document : *documents) {
    const auto request = with_options(Json::parse(document.json), options);
    if (!request) return request.error();
    document.json = request->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return documents;
}

}  // namespace berth
