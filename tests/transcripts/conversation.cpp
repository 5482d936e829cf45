#include "conversation.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace berth {
namespace {

constexpr const char* kSite = R"(
[server]
state_dir = "state"
plugin_dir = "%PLUGINS%"
program_dir = "%PROGRAMS%"
log_level = "warning"
[limits]
request_bytes_max = "8Ki"
group_members_max = 50
[probes]
health_every = "100ms"
[owners.research]
[owners.eta-team]
parent = "research"
[projects.eta]
owner = "eta-team"
[clusters.west]
backend = "local"
region = "us-west"
[clusters.east]
backend = "local"
region = "us-east"
[pools.cpu]
cluster = "west"
[[pools.cpu.nodes]]
sku = "plain"
cpu = 8
memory = "8Gi"
[pools.gpu-a]
cluster = "west"
owner = "eta-team"
[[pools.gpu-a.nodes]]
sku = "H100"
count = 2
cpu = 4
memory = "8Gi"
gpu = 2
[pools.gpu-b]
cluster = "east"
[[pools.gpu-b.nodes]]
sku = "H100"
cpu = 4
memory = "8Gi"
gpu = 4
)";

void put(std::string& text, const std::string& mark, const std::string& value) {
  text.replace(text.find(mark), mark.size(), value);
}

std::filesystem::path new_folder() {
  std::string folder = std::filesystem::temp_directory_path() / "berth-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return folder;
}

std::unique_ptr<Daemon> started_daemon(const std::filesystem::path& folder) {
  std::string site = kSite;
  put(site, "%PLUGINS%", BERTH_PLUGIN_FOLDER);
  put(site, "%PROGRAMS%", BERTH_PROGRAM_FOLDER);
  std::ofstream(folder / "site.toml") << site;
  SiteCheck check = read_site(folder / "site.toml");
  if (!check.problems.empty()) throw std::runtime_error(problems_text(check));
  auto daemon = Daemon::start(std::move(check));
  if (!daemon) throw std::runtime_error(daemon.error().message);
  return std::move(*daemon);
}

bool is_json(const std::string& text) { return text.starts_with('{') || text.starts_with('['); }

// Every line of one against the same line of the other.
std::string lines_mismatch(const std::string& expected, const std::string& heard, Names& names) {
  std::istringstream wanted(expected), came(heard);
  for (std::string want, have; std::getline(wanted, want);) {
    if (!std::getline(came, have)) return "the answer ends before: " + want;
    const auto json = nlohmann::json::parse(have, nullptr, false);
    if (json.is_discarded()) return "no JSON: " + have;
    const auto found = mismatch(nlohmann::json::parse(want), json, names);
    if (!found.empty()) return found;
  }
  return "";
}

std::string body_mismatch(const std::string& expected, const std::string& heard, Names& names) {
  if (expected.empty()) return "";
  if (!is_json(expected)) {
    const std::string text = with_names(expected, names);
    return heard == text || heard == text + "\n" ? "" : "the answer is: " + heard;
  }
  const auto whole = nlohmann::json::parse(expected, nullptr, false);
  if (whole.is_discarded()) return lines_mismatch(expected, heard, names);
  const auto json = nlohmann::json::parse(heard, nullptr, false);
  return json.is_discarded() ? "no JSON: " + heard : mismatch(whole, json, names);
}

}  // namespace

Conversation::Conversation()
    : folder_(new_folder()),
      daemon_(started_daemon(folder_)),
      runs_([this] { daemon_->run(); }),
      peer_(folder_ / "state" / "control.sock") {}

Conversation::~Conversation() {
  daemon_->stop();
  runs_.join();
  daemon_.reset();
  std::filesystem::remove_all(folder_);
}

std::string Conversation::replay(const std::vector<TranscriptStep>& steps) {
  for (const TranscriptStep& step : steps) {
    const std::string wrong = take(step);
    if (!wrong.empty()) return "line " + std::to_string(step.line) + ": " + wrong;
  }
  return "";
}

std::string Conversation::take(const TranscriptStep& step) {
  switch (step.kind) {
    case TranscriptStep::Kind::kAsk:
      return ask(step);
    case TranscriptStep::Kind::kWait:
      return wait_for_phase(step.method, step.target);
    case TranscriptStep::Kind::kReady:
      return wait_until_ready();
  }
  return "";
}

std::string Conversation::ask(const TranscriptStep& step) {
  const auto answer = peer_.ask(step.method, with_names(step.target, names_), step.headers,
                                with_names(step.body, names_));
  if (answer.status != step.status)
    return "status " + std::to_string(answer.status) + ": " + answer.body;
  for (const std::string& header : step.heard_headers)
    if (answer.head.find(header) == std::string::npos)
      return "no \"" + header + "\" in: " + answer.head;
  return body_mismatch(step.heard_body, answer.body, names_);
}

std::string Conversation::wait_for_phase(const std::string& job, const std::string& phase) {
  const std::string target = "/v1/jobs?watch=1&job=" + with_names(job, names_);
  const std::string wanted = "\"phase\":\"" + phase + "\"";
  const std::string other = peer_.follow(
      target, [&](std::string_view bytes) { return bytes.find(wanted) != std::string_view::npos; });
  return other.empty() ? "" : "the job never was " + phase + ": " + other;
}

std::string Conversation::wait_until_ready() {
  while (peer_.ask("GET", "/readyz", {}, "").status != 200) std::this_thread::yield();
  return "";
}

}  // namespace berth
