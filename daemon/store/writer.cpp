#include "store/writer.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace berth {
namespace {

constexpr std::chrono::milliseconds kPause{200};  // until room on the disk is looked for again

struct Answer {
  std::function<void(const Committed&)> done;
  Committed committed;
};

}  // namespace

StoreWriter::StoreWriter(Database database, const StoreSettings& settings, Loop& loop)
    : group_max_(static_cast<std::size_t>(std::max(1, settings.group_max))),
      loop_(loop),
      commits_(std::move(database), settings, [this] { return pause(); }),
      thread_([this] { run(); }) {}

StoreWriter::~StoreWriter() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void StoreWriter::commit(Change change, std::function<void(const Committed&)> done) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(change), std::move(done), {}});
  }
  wake_.notify_one();
}

void StoreWriter::prune(std::int64_t now_ms, int limit) {
  {
    const std::lock_guard lock(mutex_);
    prune_ = PruneOrder{now_ms, limit};
  }
  wake_.notify_one();
}

void StoreWriter::run() {
  for (;;) {
    Work work = next_work();
    if (!work.group.empty() && write(work.group)) post(work.group);
    if (work.prune) commits_.prune(work.prune->now_ms, work.prune->limit);
    commits_.checkpoint_if_due();
    if (work.is_last) return;
  }
}

bool StoreWriter::write(std::vector<QueuedChange>& group) {
  const auto began = std::chrono::steady_clock::now();
  const bool is_durable = commits_.write(group);
  commit_times_.add(std::chrono::nanoseconds(std::chrono::steady_clock::now() - began).count());
  return is_durable;
}

StoreWriter::Work StoreWriter::next_work() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || prune_ || !queue_.empty(); });
  Work work;
  const std::size_t count = std::min(queue_.size(), group_max_);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  work.group.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  work.prune = std::exchange(prune_, std::nullopt);
  work.is_last = closing_ && queue_.empty();
  return work;
}

// The changes themselves are freed here, not on the loop.
void StoreWriter::post(std::vector<QueuedChange>& group) {
  auto answers = std::make_shared<std::vector<Answer>>();
  answers->reserve(group.size());
  for (QueuedChange& queued : group)
    answers->push_back({std::move(queued.done), std::move(queued.answer)});
  loop_.post([answers] {
    for (const Answer& answer : *answers) {
      if (answer.done) answer.done(answer.committed);
    }
  });
}

bool StoreWriter::pause() {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, kPause, [this] { return closing_; });
  return !closing_;
}

}  // namespace berth
