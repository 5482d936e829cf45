#include "secrets/tokens.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/digest.hpp"

namespace berth {
namespace {

constexpr std::size_t kKeyHexDigits = 64;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Error key_error(const std::filesystem::path& file, const std::string& what) {
  return {"KeyFile", "the key of this installation, " + file.string() + ", " + what};
}

Error system_error(const std::filesystem::path& file, const std::string& did) {
  return key_error(file, "could not be " + did + ": " + std::strerror(errno));
}

std::string new_key(Chance& chance) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t word = chance.next();
    bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  return sha256_hex(bytes);
}

bool write_whole(int descriptor, const std::string& bytes) {
  return ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
         ::fsync(descriptor) == 0;
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) ::fsync(opened.number());
}

// Beside the file first, then linked into place: a crash leaves no half a key, and a key that
// somebody else made meanwhile is never replaced.
Result<void> make_key_file(const std::filesystem::path& file, Chance& chance) {
  const std::filesystem::path draft = file.string() + "." + std::to_string(::getpid()) + ".new";
  ::unlink(draft.c_str());
  {
    const Descriptor opened(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!opened.is_open()) return system_error(file, "made");
    if (!write_whole(opened.number(), new_key(chance))) return system_error(file, "written");
  }
  const bool linked = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
  const Error failed = linked ? Error{} : system_error(file, "put in place");
  ::unlink(draft.c_str());
  if (!linked) return failed;
  sync_folder(file.parent_path());
  return {};
}

Result<void> check_trust(const std::filesystem::path& file, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return key_error(file, "is not a plain file");
  if (status.st_uid != ::geteuid())
    return key_error(file, "belongs to uid " + std::to_string(status.st_uid) + ", not to uid " +
                               std::to_string(::geteuid()) + " of this berthd");
  if ((status.st_mode & 077) != 0)
    return key_error(file,
                     "can be read by others, who could then open every job's ports; if nobody "
                     "has seen it: chmod 600, else remove it while no job runs");
  return {};
}

Result<std::string> read_key(const std::filesystem::path& file, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return system_error(file, "looked at");
  if (const auto trusted = check_trust(file, status); !trusted) return trusted.error();
  std::string key(kKeyHexDigits + 1, '\0');
  const ssize_t size = ::read(descriptor, key.data(), key.size());
  if (size != static_cast<ssize_t>(kKeyHexDigits))
    return key_error(file, "does not hold a key of 64 hex digits; remove it while no job runs");
  key.resize(kKeyHexDigits);
  return key;
}

}  // namespace

Result<Tokens> Tokens::open(const std::filesystem::path& file, Chance& chance) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0 && errno == ENOENT) {
    if (const auto made = make_key_file(file, chance); !made) return made.error();
  }
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened.is_open() && errno == ELOOP)
    return key_error(file, "is a link; it must be a plain file");
  if (!opened.is_open()) return system_error(file, "opened");
  auto key = read_key(file, opened.number());
  if (!key) return key.error();
  return Tokens(std::move(*key));
}

std::string Tokens::token(const std::string& job, int attempt) const {
  return hmac_sha256_hex(key_, job + "/" + std::to_string(attempt));
}

}  // namespace berth
