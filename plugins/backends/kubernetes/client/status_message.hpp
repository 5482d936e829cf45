#pragma once

#include <string>

namespace berth {

// What the message of an API server's Status says; of another body its first 500 bytes. [any]
std::string status_message(const std::string& body);

}  // namespace berth
