// A transcript as it is written down.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace berth {

struct TranscriptStep {
  enum class Kind { kAsk, kWait, kReady };
  Kind kind = Kind::kAsk;
  int line = 0;
  std::string method;  // of a wait: the job
  std::string target;  // of a wait: the phase
  std::vector<std::string> headers;
  std::string body;
  int status = 0;  // 0: hung up
  std::vector<std::string> heard_headers;
  std::string heard_body;
};

std::vector<TranscriptStep> read_transcript(const std::filesystem::path& file);

}  // namespace berth
