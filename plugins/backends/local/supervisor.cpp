#include "supervisor.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <system_error>

#include "spawn_program.hpp"
#include "supervise/protocol.h"

namespace berth {
namespace {

constexpr int kFirstFree = 10;  // above the numbers that the supervisor's ends get

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

Descriptor move_up(Descriptor from) {
  return Descriptor(fcntl(from.number(), F_DUPFD_CLOEXEC, kFirstFree));
}

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail(errno, "cannot make a pipe");
  Pipe pipe{move_up(Descriptor(ends[0])), move_up(Descriptor(ends[1]))};
  if (!pipe.read_end || !pipe.write_end) fail(errno, "cannot make a pipe");
  return pipe;
}

// A pipe's write end takes no MSG_NOSIGNAL, and this is a library in somebody's process: the
// request goes through a socket pair instead, which the supervisor reads like a pipe.
Pipe make_request_channel() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    fail(errno, "cannot make a socket pair");
  }
  Pipe channel{move_up(Descriptor(ends[0])), move_up(Descriptor(ends[1]))};
  if (!channel.read_end || !channel.write_end) fail(errno, "cannot make a socket pair");
  return channel;
}

void make_non_blocking(const Descriptor& descriptor) {
  fcntl(descriptor.number(), F_SETFL, fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

// The program detaches at once: what is awaited here is only its first process.
void spawn_detached(const std::filesystem::path& program, const std::string& argument,
                    int request_end, int status_end) {
  const pid_t pid = spawn_program(
      program, {argument}, {{request_end, kRequestDescriptor}, {status_end, kStatusDescriptor}});
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Supervisor::Supervisor(Reactor& reactor, const std::filesystem::path& program,
                       const std::filesystem::path& member_folder, std::string request,
                       std::function<void()> changed)
    : reactor_(reactor), request_(std::move(request)), changed_(std::move(changed)) {
  spawn(program, member_folder);
}

void Supervisor::spawn(const std::filesystem::path& program,
                       const std::filesystem::path& member_folder) {
  Pipe request = make_request_channel();
  Pipe status = make_pipe();
  make_non_blocking(request.write_end);
  make_non_blocking(status.read_end);
  spawn_detached(program, member_folder, request.read_end.number(), status.write_end.number());
  request_pipe_ = std::move(request.write_end);
  status_pipe_ = std::move(status.read_end);
  readable_ = reactor_.watch(status_pipe_.number(), EPOLLIN, [this] { read_status(); });
}

void Supervisor::enter(Stage stage) {
  stage_ = stage;
  if (is_settled()) hang_up();
  changed_();
}

void Supervisor::hang_up() {
  writable_.end();
  readable_.end();
  request_pipe_.close();
  status_pipe_.close();
}

void Supervisor::go() {
  stage_ = Stage::kDeciding;
  const char go = kGo;
  // A supervisor that is gone is noticed by the end of its status pipe.
  [[maybe_unused]] const auto sent = send(request_pipe_.number(), &go, 1, MSG_NOSIGNAL);
}

void Supervisor::write_more() {
  const ssize_t length =
      send(request_pipe_.number(), request_.data(), request_.size(), MSG_NOSIGNAL);
  if (length < 0 && errno != EAGAIN && errno != EINTR) return writable_.end();
  if (length > 0) request_.erase(0, static_cast<std::size_t>(length));
  if (!request_.empty()) return;
  writable_.end();
  enter(Stage::kWaiting);
}

void Supervisor::hear(const std::string& line) {
  if (line == "L") {
    writable_ = reactor_.watch(request_pipe_.number(), EPOLLOUT, [this] { write_more(); });
    enter(Stage::kReading);
  } else if (line == "S") {
    enter(Stage::kStarted);
  } else if (line == "F") {
    enter(Stage::kDecided);
  } else {
    complaint_ = line.starts_with("X ") ? line.substr(2) : "it said \"" + line + "\"";
    enter(Stage::kRefused);
  }
}

void Supervisor::read_status() {
  char buffer[1024];
  const ssize_t length = read(status_pipe_.number(), buffer, sizeof buffer);
  if (length < 0) return;
  heard_.append(buffer, static_cast<std::size_t>(length));
  for (std::size_t end = 0; !is_settled() && (end = heard_.find('\n')) != std::string::npos;) {
    const std::string line = heard_.substr(0, end);
    heard_.erase(0, end + 1);
    hear(line);
  }
  if (length == 0 && !is_settled()) {
    complaint_ = "its supervisor ended without a word";
    enter(Stage::kRefused);
  }
}

}  // namespace berth
