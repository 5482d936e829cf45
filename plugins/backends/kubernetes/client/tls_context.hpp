// Whom a connection trusts and what it shows, as OpenSSL wants it.
#pragma once

#include <memory>

#include "api_access.hpp"
#include "credentials.hpp"

namespace boost::asio::ssl {
class context;
}

namespace berth {

// TLS 1.2 or later, the server's certificate verified. Throws BadAccess when a certificate or key
// cannot be read. [io]
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const Identity& identity);

}  // namespace berth
