// One client's connection, from its first request to its end.
#pragma once

#include <memory>

#include "control/control.hpp"
#include "control/entrance.hpp"

namespace berth {

// Serves on the socket's executor, which runs one thing at a time, until the client leaves, is too
// slow, or the daemon stops. Called by the acceptor, on its executor.
void serve_connection(Control& control, std::shared_ptr<Entrance> entrance, Socket socket);

}  // namespace berth
