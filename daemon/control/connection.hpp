// One client's connection, from its first request to its end.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <memory>

#include "control/control.hpp"
#include "control/traffic.hpp"

namespace berth {

// Serves on the socket's executor, which runs one thing at a time, until the client leaves, is too
// slow, or the daemon stops. [io]
void serve_connection(Control& control, std::shared_ptr<Traffic> traffic,
                      boost::asio::local::stream_protocol::socket socket);

}  // namespace berth
