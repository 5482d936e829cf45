// The certificate that this server shows, and what its clients have to.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/site.hpp"
#include "control/wire.hpp"

namespace berth {

struct Credentials {
  asio::ssl::context context;
  std::vector<std::string> names;  // that the certificate is for
};

// Kept in step with its files. Used by one thread at a time.
class Tls {
 public:
  // Errors: "BadCertificate", saying which file and what is wrong with it.
  static Result<std::unique_ptr<Tls>> open(const TcpSettings& settings);

  // Read again when a file has changed; those from before while the new ones do not fit together,
  // as between the renewal of a certificate and that of its key.
  std::shared_ptr<Credentials> current();

 private:
  explicit Tls(const TcpSettings& settings) : settings_(settings) {}

  const TcpSettings& settings_;
  std::string seen_;  // what the files looked like when they were last read
  std::shared_ptr<Credentials> credentials_;
};

std::shared_ptr<Wire> new_tls_wire(Socket socket, std::shared_ptr<Credentials> credentials);

}  // namespace berth
