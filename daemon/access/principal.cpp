#include "access/principal.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

namespace berth {
namespace {

// What a uid becomes that has no meaning in this user namespace.
constexpr uid_t kOverflowUid = 65534;

constexpr std::size_t kEntryBytes = 16 * 1024;
constexpr std::size_t kGroupEntryBytes = 1 << 20;  // it names all members
constexpr int kGroupsMax = 65536;

std::optional<std::string> user_name(uid_t uid) {
  std::vector<char> text(kEntryBytes);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, text.data(), text.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->pw_name;
}

std::optional<gid_t> group_named(const std::string& group) {
  std::vector<char> text(kGroupEntryBytes);
  ::group entry{};
  ::group* found = nullptr;
  if (::getgrnam_r(group.c_str(), &entry, text.data(), text.size(), &found) != 0 ||
      found == nullptr)
    return std::nullopt;
  return found->gr_gid;
}

std::vector<gid_t> groups_of(const std::string& user) {
  std::vector<char> text(kEntryBytes);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(user.c_str(), &entry, text.data(), text.size(), &found) != 0 ||
      found == nullptr)
    return {};
  std::vector<gid_t> groups(64);
  int count = static_cast<int>(groups.size());
  while (::getgrouplist(user.c_str(), found->pw_gid, groups.data(), &count) < 0) {
    if (groups.size() >= kGroupsMax) return {};
    groups.resize(groups.size() * 2);
    count = static_cast<int>(groups.size());
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

}  // namespace

Principal stranger() {
  return {.uid = static_cast<uid_t>(-1),
          .gid = static_cast<gid_t>(-1),
          .user = "a stranger",
          .is_known = false,
          .is_stranger = true};
}

Result<Principal> principal_named(uid_t uid, gid_t gid) {
  if (uid == kOverflowUid)
    return Error{
        "Forbidden",
        "your uid shows as 65534 here, the overflow uid of another user namespace: there is no "
        "telling who you are; connect from the namespace that berthd runs in"};
  const auto name = user_name(uid);
  return Principal{uid, gid, name.value_or("uid:" + std::to_string(uid)), name.has_value()};
}

bool is_in_group(const std::string& user, const std::string& group) {
  const auto wanted = group_named(group);
  if (!wanted) return false;
  const std::vector<gid_t> groups = groups_of(user);
  return std::find(groups.begin(), groups.end(), *wanted) != groups.end();
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
