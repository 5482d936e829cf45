// One transcript, spoken to a daemon of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "http_peer.hpp"
#include "json_match.hpp"
#include "main/daemon.hpp"
#include "transcript.hpp"

namespace berth {

class Conversation {
 public:
  // Starts a daemon in a new folder; throws when it will not start.
  Conversation();
  ~Conversation();

  // Empty when every step was answered as written; else the first that was not, and how.
  std::string replay(const std::vector<TranscriptStep>& steps);

 private:
  std::string take(const TranscriptStep& step);
  std::string ask(const TranscriptStep& step);
  std::string wait_for_phase(const std::string& job, const std::string& phase);
  std::string wait_until_ready();

  std::filesystem::path folder_;
  std::unique_ptr<Daemon> daemon_;
  std::thread runs_;
  HttpPeer peer_;
  Names names_;
};

}  // namespace berth
