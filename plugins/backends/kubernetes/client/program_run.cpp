#include "program_run.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <system_error>

namespace berth {
namespace {

constexpr std::size_t kErrorsKept = 2000;

// Owns one descriptor.
class Owned {
 public:
  explicit Owned(int number = -1) : number_(number) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { reset(-1); }
  void reset(int number) {
    if (number_ >= 0) ::close(number_);
    number_ = number;
  }
  int number() const { return number_; }

 private:
  int number_;
};

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "no pipe");
    }
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
  Owned read_end, write_end;
};

// In a group of its own, with nothing of the daemon's but the two pipes and the environment.
class Plan {
 public:
  Plan(int output, int errors) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, errors, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

pid_t spawn(const ProgramRun& run, int output, int errors) {
  Plan plan(output, errors);
  std::vector<std::string> words = run.words, environment = run.environment;
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, words.at(0).c_str(), &plan.actions, &plan.attributes,
                                 pointers(words).data(), pointers(environment).data());
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "cannot run " + words.at(0));
  }
  return pid;
}

// Takes what is there. False at the end of it.
bool drain(int descriptor, std::string& into) {
  std::array<char, 4096> piece;
  while (true) {
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 && errno == EAGAIN;
    into.append(piece.data(), static_cast<std::size_t>(count));
    if (into.size() > (std::size_t{64} << 20)) return false;
  }
}

std::string words_of(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (WIFEXITED(status)) return "ended with " + std::to_string(WEXITSTATUS(status));
  return "was ended by signal " + std::to_string(WTERMSIG(status));
}

class Watch {
 public:
  Watch(const ProgramRun& run, int stop) : run_(run), stop_(stop) {
    pid_ = spawn(run, output_.write_end.number(), errors_.write_end.number());
    output_.write_end.reset(-1);
    errors_.write_end.reset(-1);
    // Debian 12's own declaration of pidfd_open is not fit for C++.
    process_.reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  ProgramEnd run() {
    end_.why = wait();
    ::kill(-pid_, SIGKILL);  // children that it left, too
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    if (end_.why.empty()) end_.why = words_of(status);
    if (end_.errors.size() > kErrorsKept) {
      end_.errors.erase(0, end_.errors.size() - kErrorsKept);
    }
    return std::move(end_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  // "" when it has ended by itself.
  std::string wait() {
    const auto until = Clock::now() + run_.timeout;
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
      if (left.count() <= 0) {
        return "took longer than " + std::to_string(run_.timeout.count() / 1000) + " s";
      }
      std::array<pollfd, 4> waits{{{output_.read_end.number(), POLLIN, 0},
                                   {errors_.read_end.number(), POLLIN, 0},
                                   {process_.number(), POLLIN, 0},
                                   {stop_, POLLIN, 0}}};
      poll(waits.data(), waits.size(), static_cast<int>(left.count()));
      if (waits[3].revents != 0) return "was stopped";
      take(output_.read_end, end_.output);
      take(errors_.read_end, end_.errors);
      if (end_.output.size() > run_.output_bytes_max) {
        return "printed more than " + std::to_string(run_.output_bytes_max) + " bytes";
      }
      if (waits[2].revents != 0) return "";
    }
  }

  static void take(Owned& from, std::string& into) {
    if (from.number() >= 0 && !drain(from.number(), into)) from.reset(-1);
  }

  const ProgramRun& run_;
  const int stop_;
  Pipe output_, errors_;
  Owned process_;
  pid_t pid_ = 0;
  ProgramEnd end_;
};

}  // namespace

ProgramEnd run_program(const ProgramRun& run, int stop) {
  try {
    return Watch(run, stop).run();
  } catch (const std::exception& error) {
    return {.why = error.what()};
  }
}

}  // namespace berth
