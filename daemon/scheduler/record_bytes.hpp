// Numbers and texts as bytes, small things in few: used by the decision record alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

class RecordWriter {
 public:
  explicit RecordWriter(std::size_t expected_bytes) { bytes_.reserve(expected_bytes); }

  // Seven bits a byte, the lowest first; the sign is the lowest bit.
  void number(std::int64_t value) {
    auto left = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    for (; left >= 0x80; left >>= 7) bytes_ += static_cast<char>(left | 0x80);
    bytes_ += static_cast<char>(left);
  }
  void real(double value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    bytes_.append(bytes, sizeof value);
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes_ += value;
  }
  // A text that is likely to come again: by its number from the second time on. Its address says
  // which it is, and must stay what it is while this writes. There are few of them.
  void repeated(const std::string& value) {
    const auto known = std::find(texts_.begin(), texts_.end(), &value);
    const bool is_new = known == texts_.end();
    number(known - texts_.begin());
    if (!is_new) return;
    texts_.push_back(&value);
    text(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::vector<const std::string*> texts_;
};

class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : left_(bytes) {}

  std::int64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  double real() {
    double value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() {
    const std::int64_t size = number();
    if (size < 0 || static_cast<std::uint64_t>(size) > left_.size()) return fail();
    return std::string(take(static_cast<std::size_t>(size)));
  }
  std::string repeated() {
    const std::int64_t which = number();
    if (which == static_cast<std::int64_t>(texts_.size())) texts_.push_back(text());
    if (which < 0 || which >= static_cast<std::int64_t>(texts_.size())) return fail();
    return texts_[static_cast<std::size_t>(which)];
  }
  // Calls `each` as often as is written here, while what was written can be read.
  template <typename Each>
  void list(Each each) {
    for (std::int64_t count = number(); good_ && count > 0; --count) each();
  }
  bool is_good() const { return good_; }
  bool has_read_all() const { return good_ && left_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    static constexpr std::string_view kZeros{"\0\0\0\0\0\0\0\0", 8};
    if (size > left_.size()) {
      good_ = false;
      left_ = {};
      return kZeros;
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::string fail() {
    good_ = false;
    left_ = {};
    return {};
  }

  std::string_view left_;
  std::vector<std::string> texts_;
  bool good_ = true;
};

}  // namespace berth
