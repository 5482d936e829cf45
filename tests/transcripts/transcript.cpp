#include "transcript.hpp"

#include <cctype>
#include <fstream>
#include <sstream>

namespace berth {
namespace {

bool is_header(const std::string& line) {
  const auto colon = line.find(": ");
  return colon != std::string::npos && std::isupper(static_cast<unsigned char>(line[0])) != 0 &&
         line.find_first_of(" {\"") > colon;
}

TranscriptStep begun_step(const std::string& line, int number) {
  TranscriptStep step;
  step.line = number;
  std::istringstream words(line);
  words >> step.method;
  if (step.method == "ready") {
    step.kind = TranscriptStep::Kind::kReady;
  } else if (step.method == "wait") {
    step.kind = TranscriptStep::Kind::kWait;
    words >> step.method >> step.target;
  } else {
    words >> step.target;
  }
  return step;
}

void add_line(std::string& body, const std::string& line) {
  if (!body.empty()) body += '\n';
  body += line;
}

}  // namespace

std::vector<TranscriptStep> read_transcript(const std::filesystem::path& file) {
  std::vector<TranscriptStep> steps;
  std::ifstream lines(file);
  bool is_open = false;
  bool is_heard = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      is_open = false;
    } else if (!is_open) {
      steps.push_back(begun_step(line, number));
      is_open = true;
      is_heard = false;
    } else if (line.starts_with("-> ")) {
      is_heard = true;
      steps.back().status = line == "-> close" ? 0 : std::stoi(line.substr(3));
    } else {
      TranscriptStep& step = steps.back();
      std::string& body = is_heard ? step.heard_body : step.body;
      if (body.empty() && is_header(line))
        (is_heard ? step.heard_headers : step.headers).push_back(line);
      else
        add_line(body, line);
    }
  }
  return steps;
}

}  // namespace berth
