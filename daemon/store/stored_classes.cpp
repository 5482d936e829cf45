#include "store/stored_classes.hpp"

#include <sqlite3.h>

#include <utility>

#include "base/digest.hpp"

namespace berth {
namespace {

constexpr std::size_t kNumbersMax = 16384;

}  // namespace

ClassWriter::ClassWriter(const Database& database)
    : find_(database, "SELECT class FROM classes WHERE hash = ?"),
      add_(database, "INSERT INTO classes (hash, bytes) VALUES (?, ?)"),
      database_(database) {}

std::int64_t ClassWriter::number_of(const JobClass& wanted) {
  std::string bytes = encode_class(wanted);
  const auto known = numbers_.find(bytes);
  if (known != numbers_.end()) return known->second;
  if (numbers_.size() >= kNumbersMax) numbers_.clear();
  const std::int64_t number = find_or_add(bytes);
  numbers_.emplace(std::move(bytes), number);
  return number;
}

std::int64_t ClassWriter::find_or_add(const std::string& bytes) {
  const std::string hash = sha256_hex(bytes);
  {
    Rows found = find_.query(hash);
    if (found.next()) return found.integer();
  }
  add_.run(hash, Blob{bytes});
  return database_.last_row();
}

ClassReader::ClassReader(const Database& database, std::size_t kept_max)
    : find_(database, "SELECT bytes FROM classes WHERE class = ?"), kept_max_(kept_max) {}

std::shared_ptr<const JobClass> ClassReader::at(std::int64_t number) {
  const auto known = kept_.find(number);
  if (known != kept_.end()) return known->second;
  if (kept_.size() >= kept_max_) kept_.clear();
  return kept_[number] = read(number);
}

std::shared_ptr<const JobClass> ClassReader::read(std::int64_t number) {
  Rows found = find_.query(number);
  if (!found.next())
    throw SqliteFailure(SQLITE_CORRUPT, "class " + std::to_string(number) + " is missing");
  auto decoded = decode_class(found.text());
  if (!decoded) throw SqliteFailure(SQLITE_CORRUPT, decoded.error().message);
  return std::make_shared<const JobClass>(std::move(*decoded));
}

}  // namespace berth
