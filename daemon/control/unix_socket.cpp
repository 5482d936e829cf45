#include "control/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace berth {
namespace {

constexpr int kBacklog = 4096;
constexpr mode_t kEverybodyMayConnect = 0666;

Error unavailable(const std::filesystem::path& file, const std::string& did) {
  return {"SocketUnavailable", "the control socket " + file.string() + " could not be " + did +
                                   ": " + std::strerror(errno)};
}

std::optional<sockaddr_un> address_of(const std::filesystem::path& file) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = file.native();
  if (text.empty() || text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

const sockaddr* plain(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// A full backlog (EAGAIN) is somebody too.
bool somebody_answers(const sockaddr_un& address) {
  const int socket = new_socket();
  if (socket < 0) return false;
  const bool answered = ::connect(socket, plain(address), sizeof address) == 0 || errno == EAGAIN;
  ::close(socket);
  return answered;
}

bool is_something_else(const std::filesystem::path& file) {
  struct stat status {};
  return ::lstat(file.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode);
}

// Short, because the path of a socket may have but 107 bytes.
std::filesystem::path draft_of(const std::filesystem::path& file) {
  return file.parent_path() / (".s" + std::to_string(::getpid()));
}

Result<void> put_in_place(int socket, const std::filesystem::path& file,
                          const sockaddr_un& draft_address) {
  const std::string draft = draft_address.sun_path;
  ::unlink(draft.c_str());
  if (::bind(socket, plain(draft_address), sizeof draft_address) != 0)
    return unavailable(file, "bound");
  if (::chmod(draft.c_str(), kEverybodyMayConnect) != 0 || ::listen(socket, kBacklog) != 0 ||
      ::rename(draft.c_str(), file.c_str()) != 0) {
    const Error error = unavailable(file, "put in place");
    ::unlink(draft.c_str());
    return error;
  }
  return {};
}

}  // namespace

Result<int> listen_at(const std::filesystem::path& file) {
  const auto address = address_of(file);
  const auto draft = address_of(draft_of(file));
  if (!address || !draft)
    return Error{"SocketUnavailable", "the path of the control socket is too long (" +
                                          std::to_string(file.native().size()) +
                                          " bytes, 107 are possible): set server.socket to a "
                                          "shorter one; it is " +
                                          file.string()};
  if (somebody_answers(*address))
    return Error{"SocketInUse", "another program answers at " + file.string() +
                                    ": stop it, or set server.socket to another path"};
  if (is_something_else(file))
    return Error{"SocketInUse", file.string() + " exists and is no socket: move it away"};
  const int socket = new_socket();
  if (socket < 0) return unavailable(file, "made");
  if (const auto placed = put_in_place(socket, file, *draft); !placed) {
    ::close(socket);
    return placed.error();
  }
  return socket;
}

}  // namespace berth
