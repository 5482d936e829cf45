// What a member printed, as its supervisor kept it: segments, of which some in the middle may be
// gone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace berth {

// Positions and sizes are bytes of all that was ever printed.
struct OutputChunk {
  std::string data;          // whole characters, where the output is UTF-8
  std::int64_t offset = 0;   // of the first byte
  std::int64_t next = 0;     // where to go on
  std::int64_t dropped = 0;  // bytes that were asked for but are not kept any more
  bool is_all = false;       // nothing more was there when it was read
};

// Reads while the supervisor writes. [any]
class OutputLog {
 public:
  explicit OutputLog(const std::filesystem::path& member_folder);

  // At most `limit` bytes. `is_complete`: nothing will be added any more, so half a character at
  // the end is given, too.
  OutputChunk read(std::int64_t offset, std::int64_t limit, bool is_complete) const;
  // Where the last `bytes` begin, on a character.
  std::int64_t tail_offset(std::int64_t bytes) const;

 private:
  std::string read_piece(std::int64_t offset, std::int64_t limit) const;
  std::int64_t end() const;

  std::filesystem::path folder_;
  std::int64_t segment_bytes_ = 0;
  std::map<std::int64_t, std::int64_t> segments_;  // number to size
};

// How many bytes at the end begin a UTF-8 character that is not whole. [any]
std::size_t unfinished_bytes(std::string_view text);

}  // namespace berth
