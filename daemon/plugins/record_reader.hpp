// Arrays of records as a library hands them over: of its own size, at its own stride.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "plugins/foreign_memory.hpp"

namespace berth {

inline Error refused(const std::string& why) { return {"PluginRefused", why}; }

// Reads tables of records. Names in errors are as the header has them.
class RecordReader {
 public:
  static constexpr std::uint64_t kLargestRecordBytes = 64 * 1024;
  static constexpr std::uint64_t kMostRecords = 10'000;

  // A record by this version's type; a library's longer one is cut. Errors: a null pointer, memory
  // that is not there, a size below this version's.
  template <typename Record>
  Result<Record> record(const void* from, const std::string& what) const {
    if (from == nullptr) return refused(what + " is null");
    const auto copy = memory_.read<Record>(from);
    if (!copy) return refused(what + " points to memory that is not there");
    if (copy->size < sizeof(Record) || copy->size > kLargestRecordBytes)
      return refused(what + " says its size is " + std::to_string(copy->size) +
                     " bytes; version 1 of it has " + std::to_string(sizeof(Record)) +
                     ": rebuild with the SDK of this berthd");
    return *copy;
  }

  template <typename Record>
  Result<Record> row(const void* table, std::uint64_t index, std::uint64_t stride,
                     const std::string& what) const {
    const std::string name = what + "[" + std::to_string(index) + "]";
    const auto read = record<Record>(static_cast<const char*>(table) + index * stride, name);
    if (read && read->size > stride)
      return refused(name + " says it is longer than the stride of its table");
    return read;
  }

  template <typename Record>
  Result<void> check_table(const void* table, std::uint64_t count, std::uint64_t stride,
                           const std::string& what) const {
    if (count == 0) return {};
    if (table == nullptr) return refused(what + " is null, but its count is not 0");
    if (count > kMostRecords)
      return refused(what + " claims " + std::to_string(count) + " rows; the most is " +
                     std::to_string(kMostRecords));
    if (stride < sizeof(Record) || stride > kLargestRecordBytes || stride % alignof(Record) != 0)
      return refused(what + " has a stride of " + std::to_string(stride) + " bytes; a row has " +
                     std::to_string(sizeof(Record)));
    return {};
  }

  // Text that must be there, as clean UTF-8.
  Result<std::string> text(berth_str from, const std::string& what) const;
  // As above, and a name: letters, digits, "-", "_", ".".
  Result<std::string> name(berth_str from, const std::string& what) const;
  // At least one.
  Result<std::vector<std::string>> texts(const berth_str* table, std::uint64_t count,
                                         const std::string& what) const;

  const ForeignMemory& memory() const { return memory_; }

 private:
  ForeignMemory memory_;
};

}  // namespace berth
