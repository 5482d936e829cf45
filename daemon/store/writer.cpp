#include "store/writer.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/log.hpp"

namespace berth {
namespace {

constexpr std::chrono::milliseconds kPause{200};  // until room on the disk is looked for again
constexpr int kJobsInASlice = 50;                 // of pruning: some milliseconds
constexpr int kPagesInASlice = 256;               // of copying: 1 MiB

struct Answer {
  std::function<void(const Committed&)> done;
  Committed committed;
};

}  // namespace

StoreWriter::StoreWriter(Database database, const StoreSettings& settings,
                         const HighWaterMark& mark, Loop& loop)
    : group_max_(static_cast<std::size_t>(std::max(1, settings.group_max))),
      loop_(loop),
      commits_(std::move(database), settings, mark, health_, [this] { return pause(); }),
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

void StoreWriter::prune(std::int64_t now_ms, int limit, Removed removed) {
  {
    const std::lock_guard lock(mutex_);
    prune_ = PruneOrder{now_ms, limit, std::move(removed)};
  }
  wake_.notify_one();
}

void StoreWriter::back_up(std::filesystem::path target, std::function<void(Result<void>)> done) {
  std::unique_lock lock(mutex_);
  if (copy_ || is_copying_) {
    lock.unlock();
    return loop_.post([done = std::move(done)] {
      done(Error{"Conflict", "a backup is being made; try again when it is done"});
    });
  }
  copy_ = CopyOrder{std::move(target), std::move(done)};
  lock.unlock();
  wake_.notify_one();
}

void StoreWriter::run() {
  for (;;) {
    Work work = next_work();
    commits_.look_for_room();
    write(work.group);
    if (work.prune) begin_pruning(std::move(*work.prune));
    if (pruning_) prune_some();
    if (work.copy) begin_copy(std::move(*work.copy));
    if (copying_) copy_some();
    commits_.checkpoint_if_due();
    if (work.is_last) return end_copy(Error{"Stopping", "berthd is stopping; try again soon"});
  }
}

// New jobs that cannot be taken are told so at once: the rest of the group may have to wait for room.
void StoreWriter::write(std::vector<QueuedChange>& group) {
  if (!commits_.takes_new_jobs()) refuse_new_jobs(group);
  if (group.empty()) return;
  const auto began = std::chrono::steady_clock::now();
  const bool is_durable = commits_.write(group);
  commit_times_.add(std::chrono::nanoseconds(std::chrono::steady_clock::now() - began).count());
  if (is_durable) post(group);
}

void StoreWriter::refuse_new_jobs(std::vector<QueuedChange>& group) {
  const auto first_new = std::stable_partition(
      group.begin(), group.end(), [](const QueuedChange& each) { return !each.change.accepted; });
  if (first_new == group.end()) return;
  std::vector<QueuedChange> refused(std::make_move_iterator(first_new),
                                    std::make_move_iterator(group.end()));
  group.erase(first_new, group.end());
  for (QueuedChange& queued : refused) commits_.refuse(queued);
  post(refused);
}

void StoreWriter::begin_pruning(PruneOrder order) {
  pruning_ = Pruning{std::move(order), {}, 0, std::chrono::steady_clock::now()};
  commits_.begin_pruning(pruning_->order.now_ms);
}

void StoreWriter::prune_some() {
  PruneOrder& order = pruning_->order;
  const auto most = std::min<std::int64_t>(order.jobs_left, kJobsInASlice);
  Pruned pruned = commits_.prune_some(static_cast<int>(most));
  order.jobs_left -= pruned.jobs;
  pruning_->sum.jobs += pruned.jobs;
  pruning_->sum.events += pruned.events;
  pruning_->sum.decisions += pruned.decisions;
  ++pruning_->slices;
  if (order.removed && !pruned.attempts.empty())
    loop_.post([removed = order.removed, attempts = std::move(pruned.attempts)] {
      removed(attempts);
    });
  if (pruned.is_all || order.jobs_left <= 0) end_pruning();
}

void StoreWriter::end_pruning() {
  const Pruned& sum = pruning_->sum;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - pruning_->began);
  if (sum.jobs > 0 || sum.events > 0 || sum.decisions > 0)
    log_info("store_pruned", {{"jobs", sum.jobs},
                              {"events", sum.events},
                              {"decisions", sum.decisions},
                              {"slices", pruning_->slices},
                              {"took_ms", static_cast<long>(took.count())}});
  pruning_.reset();
}

void StoreWriter::begin_copy(CopyOrder order) {
  try {
    auto copy = commits_.begin_copy(order.target);
    copying_ = Copying{std::move(order), std::move(copy)};
  } catch (const SqliteFailure& failure) {
    copying_ = Copying{std::move(order), nullptr};
    end_copy(Error{"StoreUnavailable", std::string("the backup failed: ") + failure.what()});
  }
}

void StoreWriter::copy_some() {
  try {
    if (copying_->copy->grow(kPagesInASlice)) end_copy({});
  } catch (const SqliteFailure& failure) {
    end_copy(Error{"StoreUnavailable", std::string("the backup failed: ") + failure.what()});
  }
}

void StoreWriter::end_copy(Result<void> result) {
  if (!copying_) return;
  auto done = std::move(copying_->order.done);
  copying_.reset();
  {
    const std::lock_guard lock(mutex_);
    is_copying_ = false;
  }
  loop_.post([done = std::move(done), result = std::move(result)] { done(result); });
}

bool StoreWriter::has_work() const {
  return closing_ || prune_ || copy_ || !queue_.empty() || pruning_ || copying_;
}

StoreWriter::Work StoreWriter::next_work() {
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return this->has_work(); };
  if (commits_.takes_new_jobs()) {
    wake_.wait(lock, has_work);
  } else {
    wake_.wait_for(lock, kPause, has_work);  // room may come without anybody saying so
  }
  Work work;
  const std::size_t count = std::min(queue_.size(), group_max_);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  work.group.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  work.prune = std::exchange(prune_, std::nullopt);
  work.copy = std::exchange(copy_, std::nullopt);
  is_copying_ = is_copying_ || work.copy;
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

// Meanwhile nobody who brings a new job is left waiting.
bool StoreWriter::pause() {
  std::unique_lock lock(mutex_);
  if (!commits_.takes_new_jobs()) {
    std::vector<QueuedChange> waiting(std::make_move_iterator(queue_.begin()),
                                      std::make_move_iterator(queue_.end()));
    refuse_new_jobs(waiting);
    queue_.assign(std::make_move_iterator(waiting.begin()),
                  std::make_move_iterator(waiting.end()));
  }
  wake_.wait_for(lock, kPause, [this] { return closing_; });
  return !closing_;
}

}  // namespace berth
