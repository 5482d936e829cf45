#include "store/file_head.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

#include "store/high_water.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 100;
constexpr char kMagic[] = "SQLite format 3";  // with its zero

using Head = std::array<unsigned char, kHeadBytes>;

std::uint64_t size_of(const fs::path& file) {
  std::error_code missing;
  const auto size = fs::file_size(file, missing);
  return missing ? 0 : size;
}

std::uint64_t number_at(const Head& head, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < at + bytes; ++i) value = value << 8 | head[i];
  return value;
}

Error damaged(const fs::path& file, const std::string& what) {
  return {"CorruptStore",
          "the store " + file.string() + " " + what + ": " + advice_about_damage(file)};
}

Error gone(const fs::path& file) {
  return {"StoreMissing",
          "a store was here, and " + file.string() +
              (fs::exists(file) ? " is empty" : " is missing") +
              ": put it back, or a backup with `berth store restore`. To begin anew without the "
              "jobs that it held, remove " +
              high_water_file(file).string()};
}

// Where the log may still hold pages, the file alone need not be whole.
bool is_cut_short(const Head& head, std::uint64_t size) {
  const std::uint64_t page = number_at(head, 16, 2) == 1 ? 65536 : number_at(head, 16, 2);
  const bool is_count_valid = number_at(head, 24, 4) == number_at(head, 92, 4);
  return is_count_valid && size < page * number_at(head, 28, 4);
}

}  // namespace

std::string advice_about_damage(const fs::path& file) {
  return "keep it and " + file.filename().string() +
         "-wal as they are. `berth store check` says what is damaged; `berth store restore BACKUP` "
         "puts a backup in its place and keeps this file beside it (copies from before upgrades "
         "are " +
         file.string() + ".before-v*); sqlite3 " + file.string() + " .recover saves what can be read";
}

Result<void> check_file_head(const fs::path& file, Expected expected) {
  std::error_code error;
  if (fs::is_directory(file, error))
    return Error{"StoreUnavailable",
                 file.string() + " is a folder; the store is a file in the state folder, berth.db"};
  const std::uint64_t size = size_of(file);
  const bool has_log = size_of(file.string() + "-wal") > 0;
  if (size == 0 && has_log)
    return damaged(file, "is empty, but its log " + file.filename().string() + "-wal is not");
  if (size == 0 && expected == Expected::kStore) return gone(file);
  if (size == 0) return {};
  Head head{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return Error{"StoreUnavailable", file.string() + " cannot be read: " + std::strerror(errno)};
  stream.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
  if (std::all_of(head.begin(), head.end(), [](unsigned char byte) { return byte == 0; }))
    return damaged(file, "begins with nothing but zeros");
  if (std::memcmp(head.data(), kMagic, sizeof kMagic) != 0)
    return damaged(file, "is no SQLite file, or its beginning was overwritten");
  if (!has_log && is_cut_short(head, size))
    return damaged(file, "has been cut short to " + std::to_string(size) + " bytes");
  return {};
}

}  // namespace berth
