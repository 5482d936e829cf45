// Telling the service manager how far we are.
#pragma once

#include <string>

namespace berth {

// Sends `state` ("READY=1") to the socket in $NOTIFY_SOCKET; does nothing where there is none.
void notify_service_manager(const std::string& state);

}  // namespace berth
