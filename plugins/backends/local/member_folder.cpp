#include "member_folder.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <charconv>
#include <sstream>

#include "descriptor.hpp"
#include "small_file.hpp"
#include "supervise/protocol.h"

namespace berth {
namespace {

template <typename Number>
void read_number(std::string_view text, Number& number) {
  std::from_chars(text.data(), text.data() + text.size(), number);
}

void read_field(std::string_view name, std::string_view value, ExitRecord& record) {
  if (name == "how") record.how = value;
  if (name == "code") read_number(value, record.code);
  if (name == "signal") read_number(value, record.signal);
  if (name == "message") record.message = value;
  if (name == "started_ms") read_number(value, record.started_ms);
  if (name == "ended_ms") read_number(value, record.ended_ms);
  if (name == "output_bytes") read_number(value, record.output_bytes);
  if (name == "removed_bytes") read_number(value, record.removed_bytes);
  if (name == "oom_kills") read_number(value, record.used.oom_kills);
  if (name == "memory_bytes") read_number(value, record.used.memory_bytes);
  if (name == "memory_peak_bytes") read_number(value, record.used.memory_peak_bytes);
  if (name == "forks_refused") read_number(value, record.used.forks_refused);
  if (name == "processes_max") read_number(value, record.used.processes_max);
}

// Writes to a pipe whose reader may be gone. SIGPIPE goes to the thread that wrote, so it is held
// back here and taken away again, whatever the program does with that signal.
bool write_without_signal(int descriptor, std::string_view text) {
  sigset_t pipe_signal, before, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const bool written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const timespec now{};
  if (!written && sigismember(&pending, SIGPIPE) == 0) sigtimedwait(&pipe_signal, nullptr, &now);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return written;
}

}  // namespace

std::optional<ExitRecord> parse_exit_record(std::string_view text) {
  ExitRecord record;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view whole = line;
    read_field(whole.substr(0, space), whole.substr(std::min(space + 1, line.size())), record);
  }
  if (record.how.empty()) return std::nullopt;
  return record;
}

std::string current_boot_id() {
  std::string id = read_small_file("/proc/sys/kernel/random/boot_id").value_or("unknown\n");
  id.erase(id.find_last_not_of('\n') + 1);
  return id;
}

void MemberFolder::make() const { make_private_folder(path_); }

Fate MemberFolder::fate() const {
  const auto text = read_small_file(path_ / FATE_FILE);
  if (!text) return Fate::kOpen;
  return *text == "started\n" ? Fate::kStarted : Fate::kCancelled;
}

std::int64_t MemberFolder::fate_decided_ms() const {
  struct stat info {};
  if (stat((path_ / FATE_FILE).c_str(), &info) != 0) return 0;
  return info.st_mtim.tv_sec * std::int64_t{1000} + info.st_mtim.tv_nsec / 1'000'000;
}

void MemberFolder::give_up() const { create_file_once(path_ / FATE_FILE, "cancelled\n"); }

bool MemberFolder::is_locked() const {
  const Descriptor lock(open((path_ / LOCK_FILE).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!lock) return false;
  const bool is_free = flock(lock.number(), LOCK_SH | LOCK_NB) == 0;
  // Not by closing alone: a process that is being started this moment may hold a copy.
  if (is_free) flock(lock.number(), LOCK_UN);
  return !is_free;
}

std::optional<LockHolder> MemberFolder::holder() const {
  std::istringstream line(read_small_file(path_ / LOCK_FILE).value_or(""));
  int version = 0;
  LockHolder holder;
  if (!(line >> version >> holder.pid >> holder.boot_id) || holder.pid <= 0) return std::nullopt;
  return holder;
}

std::optional<ExitRecord> MemberFolder::exit_record() const {
  const auto text = read_small_file(path_ / EXIT_FILE);
  return text ? parse_exit_record(*text) : std::nullopt;
}

bool MemberFolder::send(std::string_view command) const {
  const Descriptor control(
      open((path_ / CONTROL_FILE).c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  return control && write_without_signal(control.number(), std::string(command) + '\n');
}

}  // namespace berth
