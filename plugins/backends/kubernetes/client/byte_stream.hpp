// One connection to the API server, with TLS or, on this machine, without.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api_access.hpp"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace berth {

// Callbacks are called later, on [io], once each, and none after `close`. [io]
class ByteStream {
 public:
  using Ended = std::function<void(std::string why)>;  // "" when it went well
  // Some bytes, or the reason why no more come: "" is an orderly end.
  using Read = std::function<void(std::string_view bytes, bool is_end, std::string why)>;

  ByteStream(boost::asio::io_context& io, const ApiAccess& access,
             std::shared_ptr<boost::asio::ssl::context> tls);
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  ~ByteStream();

  void open(Ended opened);
  void write(std::string text, Ended written);
  void read(Read read);
  void close();

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace berth
