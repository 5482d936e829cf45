#include "config/site_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace berth {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Error refusal(std::string message) { return {"SiteFile", std::move(message)}; }

Error cannot_read() { return refusal(std::string("cannot be read: ") + std::strerror(errno)); }

Error cannot_open(const std::filesystem::path& file) {
  if (errno == ENOENT) return refusal("there is no such file");
  if (errno != ELOOP) return cannot_read();
  std::error_code ignored;
  const auto target = std::filesystem::read_symlink(file, ignored);
  return refusal("is a symbolic link; name the file it points to: " + target.string());
}

Error too_large() {
  return refusal("is larger than " + std::to_string(kSiteFileBytesMax) +
                 " bytes, the most that a site file may have");
}

Result<std::string> read_all(int descriptor) {
  std::string bytes(kSiteFileBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = read(descriptor, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read();
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kSiteFileBytesMax) return too_large();
  bytes.resize(size);
  return bytes;
}

}  // namespace

Result<std::string> read_site_file(const std::filesystem::path& file) {
  // O_NONBLOCK: a FIFO without a writer must not hang the start.
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (opened.number() < 0) return cannot_open(file);
  struct stat status {};
  if (fstat(opened.number(), &status) != 0) return cannot_read();
  if (S_ISDIR(status.st_mode)) return refusal("is a folder, not a file");
  if (!S_ISREG(status.st_mode)) return refusal("is no plain file");
  return read_all(opened.number());
}

}  // namespace berth
