#include "store/stored_decisions.hpp"

#include <utility>

#include "base/digest.hpp"

namespace berth {
namespace {

constexpr std::size_t kNumbersMax = 4096;

}  // namespace

DecisionWriter::DecisionWriter(const Database& database)
    : add_(database, "INSERT INTO decisions (bytes) VALUES (?)"), database_(database) {}

std::int64_t DecisionWriter::number_of(const std::string& table) {
  std::string hash = sha256_hex(table);
  if (const auto known = numbers_.find(hash); known != numbers_.end()) return known->second;
  if (numbers_.size() >= kNumbersMax) numbers_.clear();
  add_.run(Blob{table});
  return numbers_[std::move(hash)] = database_.last_row();
}

}  // namespace berth
