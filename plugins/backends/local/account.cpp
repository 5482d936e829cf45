#include "account.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <system_error>

namespace berth {
namespace {

constexpr uid_t kOverflowUid = 65534;
constexpr std::size_t kEntryBytesMax = 1 << 20;
constexpr int kGroupsMax = 65536;  // as the kernel

struct Entry {
  std::string user;
  uid_t uid;
  gid_t gid;
  std::string home;
  std::string shell;
};

using Lookup = std::function<int(passwd*, char*, std::size_t, passwd**)>;

std::optional<Entry> look_up(const Lookup& lookup) {
  std::vector<char> text(4096);
  for (;;) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = lookup(&entry, text.data(), text.size(), &found);
    if (error == EINTR) continue;
    if (error == ERANGE && text.size() < kEntryBytesMax) {
      text.resize(text.size() * 2);
      continue;
    }
    if (found != nullptr)
      return Entry{entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir, entry.pw_shell};
    if (error == 0 || error == ENOENT || error == ESRCH) return std::nullopt;
    throw std::system_error(error, std::generic_category(), "the user list cannot be read");
  }
}

std::optional<Entry> entry_of(uid_t uid) {
  return look_up([uid](passwd* entry, char* text, std::size_t size, passwd** found) {
    return getpwuid_r(uid, entry, text, size, found);
  });
}

std::optional<Entry> entry_of(const std::string& user) {
  return look_up([&user](passwd* entry, char* text, std::size_t size, passwd** found) {
    return getpwnam_r(user.c_str(), entry, text, size, found);
  });
}

std::vector<gid_t> groups_of(const Entry& entry) {
  std::vector<gid_t> groups(64);
  int count = static_cast<int>(groups.size());
  while (getgrouplist(entry.user.c_str(), entry.gid, groups.data(), &count) < 0) {
    if (count > kGroupsMax) throw NoAccount(entry.user + " is in more groups than can be held");
    groups.resize(std::max(static_cast<std::size_t>(count), groups.size() * 2));
    count = static_cast<int>(groups.size());
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

std::string with_uid(const std::string& user, uid_t uid) {
  return user + " (uid " + std::to_string(uid) + ")";
}

Entry checked_entry(const Submitter& submitter) {
  const std::string uid = std::to_string(submitter.uid);
  if (submitter.uid == kOverflowUid) {
    throw NoAccount("uid 65534 is the overflow uid: it could be anybody of another user namespace");
  }
  const std::optional<Entry> entry = entry_of(submitter.uid);
  if (!entry) throw NoAccount("this machine knows no user with uid " + uid);
  if (submitter.user.empty()) return *entry;
  const std::optional<Entry> named = entry_of(submitter.user);
  if (named && named->uid == submitter.uid) return *named;
  throw NoAccount("it was submitted by " + with_uid(submitter.user, submitter.uid) + "; now " +
                  (named ? submitter.user + " is uid " + std::to_string(named->uid)
                         : "there is no user " + submitter.user) +
                  " and uid " + uid + " is " + entry->user + ": submit it again");
}

}  // namespace

std::map<std::string, std::string> Account::environment() const {
  return {{"HOME", home}, {"USER", user}, {"LOGNAME", user}, {"SHELL", shell}};
}

Account find_account(const Submitter& submitter) {
  const Entry entry = checked_entry(submitter);
  Account account{entry.user,       entry.uid,  submitter.gid,
                  groups_of(entry), entry.home, entry.shell.empty() ? "/bin/sh" : entry.shell};
  const bool is_member = std::find(account.groups.begin(), account.groups.end(), submitter.gid) !=
                         account.groups.end();
  if (is_member) return account;
  throw NoAccount("it was submitted with group " + std::to_string(submitter.gid) +
                  ", which is not one of " + with_uid(entry.user, entry.uid) +
                  ": submit it again with a group of yours");
}

Account own_account() {
  const uid_t uid = geteuid();
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, getgroups(0, nullptr))));
  const int count = getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(0, count)));
  const std::optional<Entry> entry = entry_of(uid);
  if (!entry) return {std::to_string(uid), uid, getegid(), groups, "/", "/bin/sh"};
  return {entry->user, uid, getegid(), groups, entry->home,
          entry->shell.empty() ? "/bin/sh" : entry->shell};
}

}  // namespace berth
