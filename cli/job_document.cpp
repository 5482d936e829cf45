#include "cli/job_document.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "model/strict_json.hpp"

namespace berth {
namespace {

constexpr std::size_t kFileBytesMax = 64 << 20;

Result<std::string> bytes_of(std::istream& in, const std::string& file) {
  std::string bytes;
  char piece[65536];
  while (in.read(piece, sizeof piece) || in.gcount() > 0) {
    bytes.append(piece, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kFileBytesMax)
      return Error{"BadFile", file + ": is larger than 64 MiB; split it"};
  }
  return bytes;
}

Result<std::string> read_bytes(const std::string& path) {
  if (path == "-") return bytes_of(std::cin, "standard input");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{"BadFile", path + ": " + std::strerror(errno ? errno : EIO)};
  if (in.peek() == EOF && !in.eof())
    return Error{"BadFile", path + ": is no file that can be read"};
  return bytes_of(in, path);
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

std::string JobDocument::title() const {
  if (number == 0) return manifest.empty() ? "the job" : "the " + manifest;
  return "document " + std::to_string(number) + (manifest.empty() ? "" : " (" + manifest + ")");
}

std::string JobDocument::place(const std::string& path) const {
  std::string at = path;
  while (true) {
    if (const auto found = lines.find(at); found != lines.end())
      return file + ":" + std::to_string(found->second);
    const auto cut = at.find_last_of(".[");
    if (cut == std::string::npos) return file;
    at.resize(cut);
  }
}

Result<std::vector<JobDocument>> read_json(const std::string& text, const std::string& file) {
  const auto value = parse_strict_json(text);
  if (!value) return Error{"BadFile", file + ": " + value.error().message};
  if (!value->is_object()) return Error{"BadFile", file + ": a job is an object: {...}"};
  return std::vector<JobDocument>{{value->dump(), file, {}, 0, ""}};
}

Result<std::vector<JobDocument>> read_job_file(const std::string& path) {
  const auto text = read_bytes(path);
  if (!text) return text.error();
  const std::string name = path == "-" ? "standard input" : path;
  if (ends_with(path, ".toml")) return read_toml(*text, name);
  if (ends_with(path, ".json")) return read_json(*text, name);
  return read_yaml(*text, name);
}

}  // namespace berth
