#include "control/reader_pool.hpp"

namespace berth {

ReaderPool::Loan ReaderPool::borrow() {
  std::unique_lock lock(mutex_);
  if (idle_.empty()) {
    lock.unlock();
    return Loan(*this, open_());
  }
  auto reader = std::move(idle_.back());
  idle_.pop_back();
  return Loan(*this, std::move(reader));
}

void ReaderPool::take_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

}  // namespace berth
