// Whether new jobs can be stored, as the writer last saw it.
#pragma once

#include <mutex>
#include <string>
#include <utility>

namespace berth {

class StoreHealth {
 public:
  void set_trouble(std::string trouble) {  // [store]
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
  }
  // Why no new jobs are taken; empty: they are. [any]
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  mutable std::mutex mutex_;
  std::string trouble_;
};

}  // namespace berth
