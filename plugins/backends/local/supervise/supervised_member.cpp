#include "supervised_member.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace berth {
namespace {

namespace fs = std::filesystem;

void append(std::string& payload, const std::string& key, const std::string& value) {
  payload += key + "=" + value;
  payload += '\0';
}

std::string in_eight_bytes(std::uint64_t length) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xff);
  return bytes;
}

// Out of the way of descriptors 3 and 4, which the supervisor's are to become.
int move_up(int descriptor) {
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
  close(descriptor);
  return moved;
}

}  // namespace

std::string MemberRequest::as_payload(const fs::path& directory) const {
  std::string payload;
  for (const std::string& argument : arguments) append(payload, "argv", argument);
  for (const std::string& name : environment) append(payload, "env", name);
  append(payload, "directory", directory);
  if (geteuid() == 0) {
    append(payload, "uid", std::to_string(uid));
    append(payload, "gid", std::to_string(gid));
    for (const unsigned group : groups) append(payload, "group", std::to_string(group));
    append(payload, "no_new_privileges", no_new_privileges ? "1" : "0");
  }
  if (!cgroup.empty()) append(payload, "cgroup", cgroup);
  for (const std::string& path : limit_cgroups) append(payload, "limit_cgroup", path);
  if (processes_max > 0) append(payload, "processes_max", std::to_string(processes_max));
  append(payload, "output_limit", std::to_string(output_limit_bytes));
  append(payload, "grace_ms", std::to_string(grace_ms));
  return payload;
}

SupervisedMember::SupervisedMember() {
  signal(SIGPIPE, SIG_IGN);
  std::string name = (fs::temp_directory_path() / "berth-supervise-XXXXXX").string();
  root_ = mkdtemp(name.data());
  mkdir(folder().c_str(), 0700);
  mkdir(directory().c_str(), 0700);
  mkfifo(signpost().c_str(), 0600);
  mkfifo(gate().c_str(), 0600);
}

SupervisedMember::~SupervisedMember() {
  hang_up();
  if (exists("control")) command("kill");
  if (exists("lock")) await_lock_free();
  fs::remove_all(root_);
}

std::string SupervisedMember::start_supervisor() {
  hang_up();
  int request[2];
  int status[2];
  if (pipe2(request, O_CLOEXEC) != 0 || pipe2(status, O_CLOEXEC) != 0) return "no pipes";
  int request_end = move_up(request[0]);
  int status_end = move_up(status[1]);
  request_ = move_up(request[1]);
  status_ = move_up(status[0]);
  spawn(request_end, status_end);
  close(request_end);
  close(status_end);
  return next_status();
}

void SupervisedMember::spawn(int request_end, int status_end) {
  pid_t pid = fork();
  if (pid == 0) {
    dup2(request_end, 3);
    dup2(status_end, 4);
    execl(BERTH_SUPERVISE_PROGRAM, "berth-supervise", folder().c_str(), nullptr);
    _exit(99);
  }
  waitpid(pid, nullptr, 0);  // returns at once: the supervisor detaches
}

void SupervisedMember::send_bytes(const std::string& bytes) {
  EXPECT_EQ(write(request_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}

void SupervisedMember::send_request(const MemberRequest& request) {
  std::string payload = request.as_payload(directory());
  send_bytes(in_eight_bytes(payload.size()) + payload);
}

void SupervisedMember::give_directory_to(unsigned uid) {
  chmod(root_.c_str(), 0711);
  for (const fs::path& path : {directory(), signpost(), gate()}) {
    ASSERT_EQ(chown(path.c_str(), uid, uid), 0);
  }
}

void SupervisedMember::go() { send_bytes("G"); }

void SupervisedMember::hang_up() {
  if (request_ >= 0) close(request_);
  if (status_ >= 0) close(status_);
  request_ = status_ = -1;
}

std::string SupervisedMember::next_status() { return read_line(status_); }

void SupervisedMember::run(const MemberRequest& request) {
  ASSERT_EQ(start_supervisor(), "L");
  send_request(request);
  go();
  ASSERT_EQ(next_status(), "S");
}

void SupervisedMember::command(const std::string& line) {
  int control = open((folder() / "control").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (control < 0) return;  // nobody reads: it has ended
  std::string text = line + "\n";
  ssize_t written = write(control, text.data(), text.size());  // EPIPE: it ended this moment
  static_cast<void>(written);
  close(control);
}

void SupervisedMember::await_lock_free() {
  int lock = open((folder() / "lock").c_str(), O_RDWR | O_CLOEXEC);
  flock(lock, LOCK_EX);
  close(lock);
}

bool SupervisedMember::is_lock_free() const {
  int lock = open((folder() / "lock").c_str(), O_RDWR | O_CLOEXEC);
  bool is_free = flock(lock, LOCK_EX | LOCK_NB) == 0;
  close(lock);
  return is_free;
}

pid_t SupervisedMember::supervisor_pid() const {
  std::istringstream line(read("lock"));
  int version = 0;
  pid_t pid = 0;
  line >> version >> pid;
  return pid;
}

int SupervisedMember::open_signpost() const {
  return open(signpost().c_str(), O_RDONLY | O_CLOEXEC);
}

void SupervisedMember::open_gate() const { std::ofstream(gate()) << "go on\n"; }

bool SupervisedMember::exists(const std::string& name) const { return fs::exists(folder() / name); }

std::string SupervisedMember::read(const std::string& name) const {
  std::ifstream file(folder() / name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::string> SupervisedMember::exit_record() const {
  std::map<std::string, std::string> fields;
  std::istringstream lines(read("exit"));
  for (std::string line; std::getline(lines, line);) {
    auto space = line.find(' ');
    fields[line.substr(0, space)] = line.substr(space + 1);
  }
  return fields;
}

std::string read_line(int descriptor) {
  std::string line;
  for (char byte = 0; ::read(descriptor, &byte, 1) == 1 && byte != '\n';) line += byte;
  return line;
}

std::string read_to_end(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t length = 0; (length = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(length));
  }
  return text;
}

std::optional<fs::path> make_cgroup_parent(const std::string& controller) {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string device, path, type, options, rest; mounts >> device >> path >> type >> options;) {
    std::getline(mounts, rest);
    const bool has_it = (',' + options + ',').find(',' + controller + ',') != std::string::npos;
    if (controller.empty() ? type != "cgroup2" : type != "cgroup" || !has_it) continue;
    fs::path parent = fs::path(path) / ("berth-supervise-test-" + std::to_string(getpid()));
    std::error_code error;
    fs::create_directory(parent, error);
    if (!error && access((parent / "cgroup.procs").c_str(), W_OK) == 0) return parent;
  }
  return std::nullopt;
}

}  // namespace berth
