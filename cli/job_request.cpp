// From the words of a command line to the requests that are sent.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/manifest.hpp"
#include "cli/set_field.hpp"
#include "cli/submit.hpp"
#include "cli/yaml_scalar.hpp"

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
  if (!options.priority.empty()) {
    const auto number = plain_yaml_value(options.priority);
    if (!number || !number->is_number_integer())
      return Error{"Usage", "--priority must be a whole number, is \"" + options.priority + "\""};
    request["priority"] = *number;
  }
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

std::vector<std::string> files_of(const SubmitOptions& options) {
  std::vector<std::string> files = options.files;
  if (!options.file.empty()) files.insert(files.begin(), options.file);
  return files;
}

Result<std::vector<JobDocument>> read_files(const std::vector<std::string>& files) {
  if (std::count(files.begin(), files.end(), "-") > 1)
    return Error{"Usage", "standard input (-) can be read once"};
  std::vector<JobDocument> all;
  for (const std::string& file : files) {
    auto documents = read_job_file(file);
    if (!documents) return documents.error();
    all.insert(all.end(), std::make_move_iterator(documents->begin()),
               std::make_move_iterator(documents->end()));
  }
  return all;
}

Result<std::vector<JobDocument>> documents_of(const SubmitOptions& options) {
  const std::vector<std::string> files = files_of(options);
  const bool has_command = !options.command.empty();
  if (has_command && !files.empty())
    return Error{"Usage", "a file and a command behind -- are two jobs: submit one at a time"};
  if (has_command)
    return std::vector<JobDocument>{{command_request(options).dump(), "", {}, 0, ""}};
  if (files.empty())
    return Error{"Usage", "what to submit? berth submit job.yaml, or berth submit -- python x.py"};
  if (!options.cpu.empty() || !options.memory.empty() || !options.gpu.empty() ||
      !options.sku.empty())
    return Error{"Usage",
                 "--cpu, --memory, --gpu and --sku are for a command behind --; of a file, "
                 "change fields with --set"};
  return read_files(files);
}

// What of a job is a manifest becomes a request that carries it.
Json base_request(JobDocument& document) {
  Json request = Json::parse(document.json);
  if (!is_manifest(request)) return request;
  document.manifest = manifest_title(request);
  std::map<std::string, int> lines;
  for (const auto& [path, line] : document.lines) lines["manifest." + path] = line;
  document.lines = std::move(lines);
  return request_of_manifest(std::move(request));
}

}  // namespace

Result<std::vector<JobDocument>> requests_of(const SubmitOptions& options) {
  auto documents = documents_of(options);
  if (!documents) return documents.error();
  for (JobDocument& document : *documents) {
    const auto request = with_options(base_request(document), options);
    if (!request) return request.error();
    document.json = request->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return documents;
}

}  // namespace berth
