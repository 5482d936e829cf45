#include "output_log.hpp"

#include <fcntl.h>

#include <algorithm>
#include <charconv>

#include "descriptor.hpp"
#include "small_file.hpp"
#include "supervise/protocol.h"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestCharacter = 4;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t length_announced_by(char byte) {
  const auto first = static_cast<unsigned char>(byte);
  if (first >= 0xF0 && first <= 0xF4) return 4;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xC2 && first <= 0xDF ? 2 : 1;
}

bool parse_whole(const std::string& text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::map<std::int64_t, std::int64_t> list_segments(const fs::path& folder) {
  std::map<std::int64_t, std::int64_t> segments;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::int64_t number = 0;
    std::error_code gone;  // removed for a newer one since
    const auto size = entry->file_size(gone);
    if (!gone && parse_whole(entry->path().filename(), number)) {
      segments[number] = static_cast<std::int64_t>(size);
    }
  }
  return segments;
}

}  // namespace

std::size_t unfinished_bytes(std::string_view text) {
  for (std::size_t back = 1; back <= std::min(kLongestCharacter - 1, text.size()); ++back) {
    const char byte = text[text.size() - back];
    if (continues_character(byte)) continue;
    return length_announced_by(byte) > back ? back : 0;
  }
  return 0;
}

OutputLog::OutputLog(const fs::path& member_folder) : folder_(member_folder / OUTPUT_FOLDER) {
  std::string size = read_small_file(member_folder / SEGMENT_BYTES_FILE).value_or("");
  size.erase(size.find_last_not_of('\n') + 1);
  if (parse_whole(size, segment_bytes_) && segment_bytes_ > 0) segments_ = list_segments(folder_);
}

std::int64_t OutputLog::end() const {
  if (segments_.empty()) return 0;
  return segments_.rbegin()->first * segment_bytes_ + segments_.rbegin()->second;
}

// What one segment has at a position; nothing when it is not kept.
std::string OutputLog::read_piece(std::int64_t offset, std::int64_t limit) const {
  char name[32];
  std::snprintf(name, sizeof name, "%08lld", static_cast<long long>(offset / segment_bytes_));
  const Descriptor file(open((folder_ / name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return {};
  const std::int64_t position = offset % segment_bytes_;
  std::string piece(static_cast<std::size_t>(std::min(limit, segment_bytes_ - position)), '\0');
  const ssize_t length = pread(file.number(), piece.data(), piece.size(), position);
  piece.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return piece;
}

OutputChunk OutputLog::read(std::int64_t offset, std::int64_t limit, bool is_complete) const {
  OutputChunk chunk{.offset = offset, .next = offset, .is_all = true};
  const std::int64_t stop = end();
  while (chunk.next < stop) {
    const std::int64_t left = limit - static_cast<std::int64_t>(chunk.data.size());
    const std::string piece = left > 0 ? read_piece(chunk.next, left) : std::string();
    if (!piece.empty()) {
      chunk.data += piece;
      chunk.next += static_cast<std::int64_t>(piece.size());
    } else if (left > 0 && chunk.data.empty()) {
      // Go on with the next segment; what lies between is told.
      chunk.next = std::min(stop, (chunk.next / segment_bytes_ + 1) * segment_bytes_);
      chunk.dropped += chunk.next - chunk.offset;
      chunk.offset = chunk.next;
    } else {
      chunk.is_all = false;  // the limit, or a gap that the next read will tell
      break;
    }
  }
  if (chunk.is_all && is_complete) return chunk;
  const std::size_t unfinished = unfinished_bytes(chunk.data);
  chunk.data.resize(chunk.data.size() - unfinished);
  chunk.next -= static_cast<std::int64_t>(unfinished);
  return chunk;
}

std::int64_t OutputLog::tail_offset(std::int64_t bytes) const {
  std::int64_t offset = std::max<std::int64_t>(0, end() - bytes);
  if (offset == 0 || segments_.empty()) return offset;
  const std::string first = read_piece(offset, kLongestCharacter);
  const auto begin = std::find_if_not(first.begin(), first.end(), continues_character);
  return begin == first.end() ? offset : offset + (begin - first.begin());
}

}  // namespace berth
