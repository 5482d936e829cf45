// A connected Unix socket that Beast can read from and write to, and that is never silent for
// longer than a tenth of a second: while nothing comes, its owner is asked whether to go on.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "base/error.hpp"
#include "cli/client.hpp"

namespace berth {

class SocketStream {
 public:
  // Errors: "Unreachable", saying which socket and what to do.
  static Result<SocketStream> connect(const std::string& path, WhileIdle idle);

  SocketStream(SocketStream&& other) noexcept;
  SocketStream& operator=(SocketStream&& other) = delete;
  ~SocketStream();

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
    const auto buffer = first_of<boost::asio::mutable_buffer>(buffers);
    return receive(buffer.data(), buffer.size(), error);
  }

  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
    const auto buffer = first_of<boost::asio::const_buffer>(buffers);
    return transmit(buffer.data(), buffer.size(), error);
  }

  // Beast asks for these forms and calls the ones above.
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    boost::system::error_code error;
    return read_some(buffers, error);
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    boost::system::error_code error;
    return write_some(buffers, error);
  }

 private:
  SocketStream(int fd, WhileIdle idle);

  template <typename Buffer, typename Buffers>
  static Buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
      if (Buffer(*it).size() > 0) return Buffer(*it);
    }
    return Buffer();
  }

  bool wait_until(short event, boost::system::error_code& error);
  std::size_t receive(void* bytes, std::size_t size, boost::system::error_code& error);
  std::size_t transmit(const void* bytes, std::size_t size, boost::system::error_code& error);

  int fd_;
  WhileIdle idle_;
};

}  // namespace berth
