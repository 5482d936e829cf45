#include "byte_stream.hpp"

#include <netinet/tcp.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <vector>

#include "server_url.hpp"

namespace berth {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

using Socket = tcp::socket;
using TlsStream = ssl::stream<Socket&>;

void set_number(Socket& socket, int level, int name, int value) {
  ::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
}

// A server that is gone without a word is noticed within a minute, also by a watch that is silent.
void notice_dead_peers(Socket& socket) {
  set_number(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_number(socket, IPPROTO_TCP, TCP_KEEPIDLE, 20);
  set_number(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set_number(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_number(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 50'000);
  set_number(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

void expect_name(SSL* native, const std::string& name) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(native);
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str());
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(
      wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  X509_VERIFY_PARAM_set1_host(wanted, name.data(), name.size());
  SSL_set_tlsext_host_name(native, name.c_str());
}

std::string handshake_trouble(SSL* native, const error_code& error, const std::string& name) {
  const long verified = SSL_get_verify_result(native);
  if (verified == X509_V_OK) return "TLS with the API server failed: " + error.message();
  std::string why = "the API server's certificate is not to be trusted: ";
  why += X509_verify_cert_error_string(verified);
  const bool is_name =
      verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH;
  return is_name ? why + " (wanted \"" + name + "\"; see tls-server-name)" : why;
}

}  // namespace

class ByteStream::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, const ApiAccess& access, std::shared_ptr<ssl::context> tls)
      : access_(access), tls_(std::move(tls)), resolver_(io), socket_(io) {}

  void open(Ended opened) {
    opened_ = std::move(opened);
    error_code error;
    const auto address = asio::ip::make_address(access_.host, error);
    if (!error) return connect({tcp::endpoint(address, access_.port)});
    resolver_.async_resolve(access_.host, std::to_string(access_.port),
                            [self = shared_from_this()](const error_code& failed,
                                                        const tcp::resolver::results_type& rows) {
                              if (self->is_closed_) return;
                              if (failed) {
                                return self->finish_opening("the name " + self->access_.host +
                                                            " has no address: " + failed.message());
                              }
                              std::vector<tcp::endpoint> endpoints;
                              for (const auto& row : rows) endpoints.push_back(row.endpoint());
                              self->connect(std::move(endpoints));
                            });
  }

  void write(std::string text, Ended written) {
    outgoing_ = std::move(text);
    auto handler = [self = shared_from_this(), written = std::move(written)](
                       const error_code& error, std::size_t) {
      if (!self->is_closed_) written(error ? error.message() : "");
    };
    const auto bytes = asio::buffer(outgoing_);
    stream_ ? asio::async_write(*stream_, bytes, std::move(handler))
            : asio::async_write(socket_, bytes, std::move(handler));
  }

  void read(Read read) {
    auto handler = [self = shared_from_this(), read = std::move(read)](const error_code& error,
                                                                       std::size_t count) {
      if (self->is_closed_) return;
      const bool is_orderly = error == asio::error::eof;
      read({self->incoming_.data(), count}, bool(error),
           error && !is_orderly ? error.message() : "");
    };
    const auto room = asio::buffer(incoming_);
    stream_ ? stream_->async_read_some(room, std::move(handler))
            : socket_.async_read_some(room, std::move(handler));
  }

  void close() {
    is_closed_ = true;
    opened_ = nullptr;
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void connect(std::vector<tcp::endpoint> endpoints) {
    asio::async_connect(socket_, std::move(endpoints),
                        [self = shared_from_this()](const error_code& error, const tcp::endpoint&) {
                          if (self->is_closed_) return;
                          if (error) {
                            return self->finish_opening("cannot connect to " +
                                                        self->access_.server() + ": " +
                                                        error.message());
                          }
                          notice_dead_peers(self->socket_);
                          self->tls_ ? self->shake_hands() : self->finish_opening("");
                        });
  }

  void shake_hands() {
    stream_.emplace(socket_, *tls_);
    expect_name(stream_->native_handle(), access_.tls_name);
    stream_->async_handshake(
        ssl::stream_base::client, [self = shared_from_this()](const error_code& error) {
          if (self->is_closed_) return;
          self->finish_opening(error ? handshake_trouble(self->stream_->native_handle(), error,
                                                         self->access_.tls_name)
                                     : "");
        });
  }

  void finish_opening(const std::string& why) { std::exchange(opened_, nullptr)(why); }

  const ApiAccess& access_;
  const std::shared_ptr<ssl::context> tls_;
  tcp::resolver resolver_;
  Socket socket_;
  std::optional<TlsStream> stream_;
  std::array<char, 16384> incoming_;
  std::string outgoing_;
  Ended opened_;
  bool is_closed_ = false;
};

ByteStream::ByteStream(asio::io_context& io, const ApiAccess& access,
                       std::shared_ptr<ssl::context> tls)
    : core_(std::make_shared<Core>(io, access, std::move(tls))) {}

ByteStream::~ByteStream() { close(); }

void ByteStream::open(Ended opened) { core_->open(std::move(opened)); }
void ByteStream::write(std::string text, Ended written) {
  core_->write(std::move(text), std::move(written));
}
void ByteStream::read(Read read) { core_->read(std::move(read)); }
void ByteStream::close() { core_->close(); }

}  // namespace berth
