// Who is at the other end of a connection.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/error.hpp"

namespace berth {

struct Principal {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string user;          // by the machine's user list; "uid:N" for a user it does not know
  bool is_known = true;      // to that list
  bool is_stranger = false;  // somebody at the other end of a network: may see, never act
};

// The one principal that every client of the network is, until something tells them apart. It has
// the uid of nobody, not even of the overflow user. [any]
Principal stranger();

// What the kernel says of the peer of a connected Unix socket, at the moment it connected. Errors:
// "Forbidden" for the overflow uid (a user of another namespace: it could be anybody), and for a
// socket that has no peer. Looks the name up, which may read files: never on the loop. [io]
Result<Principal> peer_of(int socket);

// The same for a uid that is known. Errors: "Forbidden" for the overflow uid. [io]
Result<Principal> principal_named(uid_t uid, gid_t gid);

// Whether the machine's lists have the user in that group; of one that does not exist nobody is. May
// block for as long as a directory service does. [io]
bool is_in_group(const std::string& user, const std::string& group);

}  // namespace berth
