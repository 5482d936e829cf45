#include "plugins/breadcrumb.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace berth {
namespace {

constexpr std::uint64_t kMagic = 0x3130426372756d62;  // changes with the layout below
constexpr std::uint32_t kSlots = 64;
constexpr std::uint32_t kRows = 1024;
constexpr std::array kCrashes{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

// More threads than slots share them: the crumb is then less exact, nothing else.
std::uint32_t slot_of_thread() {
  static std::atomic<std::uint32_t> threads = 0;
  thread_local const std::uint32_t slot = threads++ % kSlots;
  return slot;
}

struct Row {
  std::array<char, 64> sha256;
  std::array<char, 64> plugin;
  std::array<char, 64> instance;
};

void write_field(std::array<char, 64>& field, const std::string& text) {
  field.fill('\0');
  std::copy_n(text.data(), std::min(text.size(), field.size()), field.data());
}

std::string read_field(const std::array<char, 64>& field) {
  return std::string(field.data(), strnlen(field.data(), field.size()));
}

}  // namespace

struct Breadcrumb::Page {
  std::uint64_t magic;
  std::uint64_t boot;
  std::atomic<std::int32_t> signal;
  std::atomic<std::uint32_t> crashed;  // the number in the slot of the thread that the signal hit
  std::array<std::atomic<std::uint32_t>, kSlots> running;
  std::array<Row, kRows> rows;
};

namespace {

static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

std::atomic<Breadcrumb::Page*> page_of_crashes = nullptr;
std::array<struct sigaction, kCrashes.size()> before_us;

// Only what may be done in a handler: stores, and giving the signal back.
void note_crash(int signal, siginfo_t* about, void*) {
  const bool own = about->si_code > 0 || (about->si_code == SI_TKILL && about->si_pid == getpid());
  if (Breadcrumb::Page* page = page_of_crashes.load(); page != nullptr && own) {
    page->crashed = page->running[slot_of_thread()].load();
    page->signal = signal;
  }
  const auto which = std::find(kCrashes.begin(), kCrashes.end(), signal) - kCrashes.begin();
  sigaction(signal, &before_us[static_cast<std::size_t>(which)], nullptr);
  if (about->si_code <= 0) raise(signal);  // nothing will raise it again by itself
}

void watch_for_crashes() {
  static const bool watching = [] {
    slot_of_thread();
    struct sigaction ours {};
    ours.sa_sigaction = note_crash;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&ours.sa_mask);
    for (std::size_t i = 0; i < kCrashes.size(); ++i) {
      sigaction(kCrashes[i], &ours, &before_us[i]);
    }
    return true;
  }();
  static_cast<void>(watching);
}

Breadcrumb::Page* map_page(int fd) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  void* const at = mmap(nullptr, sizeof(Breadcrumb::Page), PROT_READ | PROT_WRITE, flags, fd, 0);
  return at == MAP_FAILED ? nullptr : static_cast<Breadcrumb::Page*>(at);
}

// A file of the right length that only this process has; -1 without one.
int open_alone(const std::filesystem::path& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  const bool is_ours = flock(fd, LOCK_EX | LOCK_NB) == 0;
  // Space is taken now: a store into a hole of a full disk is SIGBUS.
  if (is_ours && posix_fallocate(fd, 0, sizeof(Breadcrumb::Page)) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

Breadcrumb::Breadcrumb(const std::filesystem::path& file) : fd_(open_alone(file)) {
  page_ = map_page(fd_);
  if (page_ == nullptr) throw std::bad_alloc();
  if (fd_ < 0) {
    log_warning("breadcrumb_missing",
                {{"file", file.string()},
                 {"effect", "after a crash nobody can tell which plugin was running"}});
    return;
  }
  read_last_words();
  std::memset(static_cast<void*>(page_), 0, sizeof *page_);
  page_->magic = kMagic;
  page_->boot = SystemClock().now().boot;
  watch_for_crashes();
  page_of_crashes = page_;
}

Breadcrumb::~Breadcrumb() {
  Page* ours = page_;
  page_of_crashes.compare_exchange_strong(ours, nullptr);
  munmap(page_, sizeof *page_);
  if (fd_ >= 0) close(fd_);
}

void Breadcrumb::read_last_words() {
  if (page_->magic != kMagic) return;
  const auto add = [&](std::uint32_t number, bool crashed) {
    if (number == 0 || number > kRows) return;
    const Row& row = page_->rows[number - 1];
    last_words_.push_back({read_field(row.sha256), read_field(row.plugin), read_field(row.instance),
                           crashed, crashed ? page_->signal.load() : 0});
  };
  if (page_->signal != 0) return add(page_->crashed, true);
  // Killed from outside: whoever was running is no more than suspect, after a power cut not even
  // that.
  if (page_->boot != SystemClock().now().boot) return;
  for (const auto& number : page_->running) add(number, false);
}

std::uint32_t Breadcrumb::enrol(const std::string& sha256, const std::string& plugin,
                                const std::string& instance) {
  const std::lock_guard lock(mutex_);
  if (enrolled_ == kRows) return 0;
  Row& row = page_->rows[enrolled_];
  write_field(row.sha256, sha256);
  write_field(row.plugin, plugin);
  write_field(row.instance, instance);
  return ++enrolled_;
}

std::atomic<std::uint32_t>& Breadcrumb::slot() const { return page_->running[slot_of_thread()]; }

}  // namespace berth
