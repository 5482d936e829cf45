#include "plugins/record_reader.hpp"

#include "base/text.hpp"
#include "model/id.hpp"

namespace berth {

Result<std::string> RecordReader::text(berth_str from, const std::string& what) const {
  auto copy = memory_.text(from);
  if (!copy) return refused(what + " points to memory that is not there, or is longer than 4 KiB");
  if (!is_utf8(*copy)) return refused(what + " is no UTF-8");
  return *std::move(copy);
}

Result<std::string> RecordReader::name(berth_str from, const std::string& what) const {
  auto copy = text(from, what);
  if (copy && !is_name(*copy))
    return refused(what + " is \"" + clean_utf8(*copy, 80) +
                   "\"; a name has 1 to 63 letters, digits, \"-\", \"_\" and \".\"");
  return copy;
}

Result<std::vector<std::string>> RecordReader::texts(const berth_str* table, std::uint64_t count,
                                                     const std::string& what) const {
  if (table == nullptr || count == 0) return refused(what + " is empty; it must name at least one");
  if (count > kMostRecords)
    return refused(what + " claims " + std::to_string(count) + " rows; the most is " +
                   std::to_string(kMostRecords));
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string one = what + "[" + std::to_string(i) + "]";
    const auto row = memory_.read<berth_str>(table + i);
    if (!row) return refused(one + " points to memory that is not there");
    auto copy = text(*row, one);
    if (!copy) return copy.error();
    if (copy->empty()) return refused(one + " is empty");
    all.push_back(std::move(*copy));
  }
  return all;
}

}  // namespace berth
