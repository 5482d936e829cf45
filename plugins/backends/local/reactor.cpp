#include "reactor.hpp"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>

namespace berth {

// However many tasks are posted, descriptors and timers have their turns between them.
constexpr std::chrono::milliseconds kTasksAtOnce{20};

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  end();
  reactor_ = std::exchange(other.reactor_, nullptr);
  number_ = other.number_;
  return *this;
}

void Subscription::end() {
  if (reactor_ != nullptr) std::exchange(reactor_, nullptr)->cancel(number_);
}

Reactor::Reactor(Fault fault)
    : fault_(std::move(fault)),
      poll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = 0}};
  if (!poll_ || !wake_ || epoll_ctl(poll_.number(), EPOLL_CTL_ADD, wake_.number(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot wait for events");
  }
}

Reactor::~Reactor() {
  finish();
  join();
}

void Reactor::start() {
  thread_ = std::thread([this] { run(); });
}

void Reactor::finish(Task last) {
  {
    std::lock_guard lock(mutex_);
    if (finishing_) return;
    finishing_ = true;
    last_ = std::move(last);
  }
  post([] {});
}

void Reactor::drop_posted() {
  const std::deque<Task> taken = std::exchange(taken_, {});
  std::vector<Task> dropped;
  {
    std::lock_guard lock(mutex_);
    dropped.swap(posted_);
  }
  // Destroyed without the mutex: what they hold may post in turn.
}

void Reactor::join() {
  if (thread_.joinable()) thread_.join();
}

void Reactor::post(Task task) {
  {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_.number(), &one, sizeof one);
}

Subscription Reactor::watch(int descriptor, std::uint32_t events, Task ready) {
  const std::uint64_t number = ++last_number_;
  epoll_event event{.events = events, .data = {.u64 = number}};
  if (epoll_ctl(poll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot watch a descriptor");
  }
  watched_[number] = {descriptor, std::make_shared<Task>(std::move(ready))};
  return Subscription(this, number);
}

Subscription Reactor::after(std::chrono::milliseconds delay, Task due) {
  const std::uint64_t number = ++last_number_;
  const auto at = Clock::now() + delay;
  timers_[number] = {at, std::make_shared<Task>(std::move(due))};
  due_[{at, number}] = number;
  return Subscription(this, number);
}

void Reactor::cancel(std::uint64_t number) {
  if (const auto watched = watched_.find(number); watched != watched_.end()) {
    epoll_ctl(poll_.number(), EPOLL_CTL_DEL, watched->second.descriptor, nullptr);
    watched_.erase(watched);
  } else if (const auto timer = timers_.find(number); timer != timers_.end()) {
    due_.erase({timer->second.due, number});
    timers_.erase(timer);
  }
}

void Reactor::call(const Task& task) {
  try {
    task();
  } catch (const std::exception& error) {
    fault_(error.what());
  }
}

int Reactor::timeout_ms() const {
  if (!taken_.empty()) return 0;
  if (due_.empty()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(due_.begin()->first.first - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void Reactor::run_due() {
  while (!due_.empty() && due_.begin()->first.first <= Clock::now()) {
    const std::uint64_t number = due_.begin()->second;
    const std::shared_ptr<Task> task = timers_[number].task;
    cancel(number);
    call(*task);
  }
}

void Reactor::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto length = read(wake_.number(), &count, sizeof count);
  {
    std::lock_guard lock(mutex_);
    std::move(posted_.begin(), posted_.end(), std::back_inserter(taken_));
    posted_.clear();
  }
  const auto until = Clock::now() + kTasksAtOnce;
  while (!taken_.empty() && Clock::now() < until) {
    Task task = std::move(taken_.front());
    taken_.pop_front();
    call(task);  // what it holds goes before the next begins
  }
}

void Reactor::wait_once() {
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(poll_.number(), events.data(), events.size(), timeout_ms());
  for (int i = 0; i < count; ++i) {
    const std::uint64_t number = events[static_cast<std::size_t>(i)].data.u64;
    const auto watched = watched_.find(number);
    if (watched == watched_.end()) continue;  // the wake, or ended by one before it
    const std::shared_ptr<Task> ready = watched->second.ready;
    call(*ready);
  }
}

void Reactor::run() {
  const auto is_finishing = [this] {
    std::lock_guard lock(mutex_);
    return finishing_;
  };
  while (!is_finishing()) {
    wait_once();
    run_due();
    run_posted();
  }
  drop_posted();
  if (const Task last = std::exchange(last_, {})) call(last);
}

}  // namespace berth
