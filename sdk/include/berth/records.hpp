// Ranges over the host's arrays of records, which may be longer than the records this was built
// with.
#pragma once

#include <cstddef>
#include <cstdint>

#include "berth/abi.h"

namespace berth::inline v1 {

// `View` is made from one `Record*` (and the host, for looking text up); steps are the host's
// stride, so a newer host with longer records is read rightly. Borrowed for the call. [any]
template <typename View, typename Record>
class records {
 public:
  class iterator {
   public:
    using value_type = View;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    iterator(const std::byte* at, std::uint64_t stride, const berth_host* host)
        : at_(at), stride_(stride), host_(host) {}
    View operator*() const { return View(reinterpret_cast<const Record*>(at_), host_); }
    iterator& operator++() {
      at_ += stride_;
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      at_ += stride_;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

   private:
    const std::byte* at_ = nullptr;
    std::uint64_t stride_ = 0;
    const berth_host* host_ = nullptr;
  };

  records(const Record* first, std::uint64_t count, std::uint64_t stride, const berth_host* host)
      : first_(reinterpret_cast<const std::byte*>(first)),
        count_(count),
        stride_(stride),
        host_(host) {}

  iterator begin() const { return iterator(first_, stride_, host_); }
  iterator end() const { return iterator(first_ + count_ * stride_, stride_, host_); }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  View operator[](std::size_t index) const {
    return View(reinterpret_cast<const Record*>(first_ + index * stride_), host_);
  }

 private:
  const std::byte* first_;
  std::uint64_t count_;
  std::uint64_t stride_;
  const berth_host* host_;
};

}  // namespace berth::inline v1
