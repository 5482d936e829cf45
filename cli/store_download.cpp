#include "cli/store_download.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/interrupt.hpp"
#include "cli/json_field.hpp"
#include "cli/problem_text.hpp"
#include "store/store_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStoreBegins = "SQLite format 3";
constexpr std::size_t kWordsMax = 64 * 1024;

Error failed(const fs::path& file) {
  return {"File", file.string() + ": " + std::strerror(errno)};
}

// Writes bytes of a store; anything else is what berthd says instead.
class Download {
 public:
  explicit Download(int file) : file_(file) {}

  bool take(std::string_view bytes) {
    if (is_store_ || size_ == 0) is_store_ = begins_store(bytes);
    size_ += bytes.size();
    if (!is_store_) return (words_ += bytes).size() < kWordsMax;
    while (!bytes.empty()) {
      const ssize_t written = write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) {
        why_ = errno;
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  Result<void> result(const fs::path& file) const {
    if (why_ != 0) return Error{"File", file.string() + ": " + std::strerror(why_)};
    if (is_store_) return {};
    const auto said = nlohmann::json::parse(words_, nullptr, false);
    const nlohmann::json& error = field(said, "error");
    const std::string message = text_field(error, "message");
    return Error{text_field(error, "code").empty() ? "Broken" : text_field(error, "code"),
                 message.empty() ? "berthd sent no backup; its log says why" : message};
  }

 private:
  bool begins_store(std::string_view bytes) const {
    return is_store_ || bytes.starts_with(kStoreBegins);
  }

  int file_;
  bool is_store_ = false;
  std::size_t size_ = 0;
  std::string words_;
  int why_ = 0;
};

}  // namespace

NewFile::NewFile(fs::path file) : file_(std::move(file)), partial_(file_.string() + ".partial") {}

NewFile::~NewFile() {
  std::error_code ignored;
  fs::remove(partial_, ignored);
}

Result<void> NewFile::check_is_free() const {
  if (fs::exists(fs::symlink_status(file_)))
    return Error{"Conflict", file_.string() +
                                 " is there already, and a backup replaces no file: name another "
                                 "one, or move that one away"};
  const fs::path folder = fs::absolute(file_).parent_path();
  if (!fs::is_directory(folder))
    return Error{"NotFound", "there is no folder " + folder.string()};
  return {};
}

// link() fails where rename() would replace.
Result<void> NewFile::keep() {
  if (!sync_file(partial_)) return failed(partial_);
  if (link(partial_.c_str(), file_.c_str()) != 0) return failed(file_);
  unlink(partial_.c_str());
  sync_folder(fs::absolute(file_).parent_path());
  return {};
}

Result<void> download_store(Context& context, const fs::path& to) {
  std::error_code ignored;
  fs::remove(to, ignored);
  const int file = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return failed(to);
  Download download(file);
  const auto reply = context.client.stream(
      {"POST", "/v1/store:backup"}, [&](std::string_view bytes) { return download.take(bytes); },
      [] { return !was_interrupted(); });
  close(file);
  if (!reply) return reply.error();
  if (!reply->is_good()) return error_of(*reply);
  return download.result(to);
}

}  // namespace berth
