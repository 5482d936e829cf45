// Read-only connections to the store, lent to whoever asks and taken back.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/reader.hpp"

namespace berth {

// As many as ever read at once; there are never more than the threads that do. [any]
class ReaderPool {
 public:
  explicit ReaderPool(std::function<std::unique_ptr<Reader>()> open) : open_(std::move(open)) {}

  class Loan {
   public:
    Loan(ReaderPool& pool, std::unique_ptr<Reader> reader)
        : pool_(pool), reader_(std::move(reader)) {}
    ~Loan() { pool_.take_back(std::move(reader_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Reader* operator->() const { return reader_.get(); }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Reader> reader_;
  };

  Loan borrow();

 private:
  void take_back(std::unique_ptr<Reader> reader);

  std::function<std::unique_ptr<Reader>()> open_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace berth
