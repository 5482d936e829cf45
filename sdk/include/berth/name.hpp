// Text that the host turned into a number, so that comparing it costs one instruction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "berth/abi.h"

namespace berth::inline v1 {

// An interned text: the name of a pool, a SKU, a region, a label's key or value. Equal text is an
// equal name within one process; a number is never stored or sent elsewhere. A job's text that
// neither the site nor any pool knows equals nothing, not even itself. As an option, `berth::name
// sku` is interned once when the plugin is made; that is what to compare on the hot path. [any]
class name {
 public:
  constexpr name() = default;  // absent
  constexpr explicit name(berth_id id) : id_(id) {}

  constexpr berth_id id() const { return id_; }
  constexpr explicit operator bool() const { return id_ != BERTH_ID_ABSENT; }
  constexpr bool is_known() const { return id_ != BERTH_ID_ABSENT && id_ != BERTH_ID_UNKNOWN; }

  friend constexpr bool operator==(name a, name b) {
    return a.id_ == b.id_ && a.id_ != BERTH_ID_UNKNOWN;
  }

 private:
  berth_id id_ = BERTH_ID_ABSENT;
};

// Names lying side by side in the host's memory; borrowed for the call. [any]
class names {
 public:
  class iterator {
   public:
    using value_type = name;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() = default;
    constexpr explicit iterator(const berth_id* at) : at_(at) {}
    constexpr name operator*() const { return name(*at_); }
    constexpr iterator& operator++() {
      ++at_;
      return *this;
    }
    constexpr iterator operator++(int) {
      iterator before = *this;
      ++at_;
      return before;
    }
    friend constexpr bool operator==(iterator, iterator) = default;

   private:
    const berth_id* at_ = nullptr;
  };

  constexpr names(const berth_id* first, std::uint64_t count) : first_(first), count_(count) {}

  constexpr iterator begin() const { return iterator(first_); }
  constexpr iterator end() const { return iterator(first_ + count_); }
  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr name front() const { return empty() ? name() : name(*first_); }

  constexpr bool contains(name wanted) const {
    for (name one : *this) {
      if (one == wanted) return true;
    }
    return false;
  }
  // Whether the two lists have a name in common.
  constexpr bool meets(names other) const {
    for (name one : *this) {
      if (other.contains(one)) return true;
    }
    return false;
  }

 private:
  const berth_id* first_;
  std::uint64_t count_;
};

}  // namespace berth::inline v1
