// The socket file that clients connect to.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace berth {

// Makes a listening Unix socket at `file` and gives its descriptor, close-on-exec. It appears there
// only once it listens, in place of what a dead daemon left. Everybody may connect who can enter
// its folder: who may do what is decided by peer credentials. Errors: "SocketInUse" (somebody
// answers there), "SocketUnavailable".
Result<int> listen_at(const std::filesystem::path& file);

}  // namespace berth
