#include "access/principal.hpp"

#include <pwd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace berth {
namespace {

// What a uid becomes that has no meaning in this user namespace.
constexpr uid_t kOverflowUid = 65534;

std::string user_name(uid_t uid) {
  std::vector<char> text(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, text.data(), text.size(), &found) != 0 || found == nullptr)
    return "uid:" + std::to_string(uid);
  return found->pw_name;
}

}  // namespace

Result<Principal> principal_named(uid_t uid, gid_t gid) {
  if (uid == kOverflowUid)
    return Error{
        "Forbidden",
        "your uid shows as 65534 here, the overflow uid of another user namespace: there is no "
        "telling who you are; connect from the namespace that berthd runs in"};
  return Principal{uid, gid, user_name(uid)};
}

Result<Principal> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return Error{"Forbidden",
                 std::string("the kernel does not say who you are: ") + std::strerror(errno)};
  return principal_named(credentials.uid, credentials.gid);
}

}  // namespace berth
