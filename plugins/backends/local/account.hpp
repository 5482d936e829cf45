// A user of this machine, as the user list says now.
#pragma once

#include <sys/types.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace berth {

// Whose rights a job has, and what its processes are told of that user.
struct Account {
  std::string user;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string home;
  std::string shell;

  // HOME, USER, LOGNAME, SHELL.
  std::map<std::string, std::string> environment() const;
};

// Who submitted a job, as it was known then.
struct Submitter {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string user;
};

// No job may run as this user, and trying again will not help; in words for people.
struct NoAccount : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Looks the user up, with all groups, and makes sure that name and uid still mean each other and
// that the group is still one of the user's. May block for as long as a directory service does.
// Throws NoAccount; std::system_error when the user list cannot be read now. [any]
Account find_account(const Submitter& submitter);

// Of this process, which may have no entry in any list. [any]
Account own_account();

}  // namespace berth
