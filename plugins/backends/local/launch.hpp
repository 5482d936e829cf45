// One launch of a gang: all members are told to go together, or none is.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reactor.hpp"
#include "supervisor.hpp"

namespace berth {

struct LaunchResult {
  enum class Kind {
    kStarted,     // every member has a fate by now
    kNotStarted,  // none was run by this launch; it may be repeated
    kUnknown,     // some were told to go and did not answer: repeat it
  };
  Kind kind = Kind::kStarted;
  std::string message;
};

// [reactor]
class Launch {
 public:
  using Done = std::function<void(LaunchResult)>;

  // `done` is called once, never from within `add` or `begin`.
  Launch(Reactor& reactor, Done done) : reactor_(reactor), done_(std::move(done)) {}

  // Throws std::system_error when the program cannot be started; then `abandon` it.
  void add(std::string name, const std::filesystem::path& program,
           const std::filesystem::path& member_folder, std::string request);
  void begin();
  void abandon(std::string why);

 private:
  struct Member {
    std::string name;
    std::unique_ptr<Supervisor> supervisor;
  };

  void advance();
  void go_when_all_wait();
  bool all_are_settled() const;
  std::string first_complaint() const;
  void finish(LaunchResult result);

  Reactor& reactor_;
  Done done_;
  std::vector<Member> members_;
  Subscription deadline_;
  bool has_begun_ = false;
  bool was_told_go_ = false;
  bool is_finished_ = false;
};

}  // namespace berth
