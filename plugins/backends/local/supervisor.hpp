// A berth-supervise that is being started: its pipes, until it says that the member runs.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "descriptor.hpp"
#include "reactor.hpp"

namespace berth {

// [reactor]
class Supervisor {
 public:
  enum class Stage {
    kWaking,    // nothing heard yet
    kReading,   // holds the lock, takes the request
    kWaiting,   // has the whole request, waits for go
    kDeciding,  // was told go
    kStarted,   // the member runs, or its exit record says why not
    kDecided,   // somebody else decided the fate before
    kRefused,   // nothing was run by it; `complaint` says why
  };

  // Throws std::system_error when the program cannot be started. `changed` is called at every new
  // stage.
  Supervisor(Reactor& reactor, const std::filesystem::path& program,
             const std::filesystem::path& member_folder, std::string request,
             std::function<void()> changed);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  Stage stage() const { return stage_; }
  const std::string& complaint() const { return complaint_; }
  bool is_settled() const { return stage_ >= Stage::kStarted; }
  // Only when `kWaiting`.
  void go();
  // Before `go`, nothing will be run; after it, there is no telling.
  void hang_up();

 private:
  void spawn(const std::filesystem::path& program, const std::filesystem::path& member_folder);
  void write_more();
  void read_status();
  void hear(const std::string& line);
  void enter(Stage stage);

  Reactor& reactor_;
  std::string request_;
  std::function<void()> changed_;
  Stage stage_ = Stage::kWaking;
  std::string complaint_;
  std::string heard_;  // of a line that is not whole yet
  Descriptor request_pipe_;
  Descriptor status_pipe_;
  Subscription writable_;
  Subscription readable_;
};

}  // namespace berth
