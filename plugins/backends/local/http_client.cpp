#include "http_client.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <stdexcept>

namespace berth {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

// A job chooses what its endpoints say: the daemon must not become its way to other machines.
asio::ip::tcp::endpoint parse_loopback(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  std::uint16_t port = 0;
  if (colon != std::string::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error || !ip.is_loopback() || port == 0) {
    throw std::runtime_error("\"" + address + "\" is no port of this machine");
  }
  return {ip, port};
}

bool is_one_line(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char letter) { return letter >= ' ' && letter != 0x7F; });
}

http::request<http::string_body> write_request(const HttpRequest& from) {
  const http::verb verb = http::string_to_verb(from.method);
  const bool path_is_good = from.path.starts_with('/') && is_one_line(from.path) &&
                            from.path.find(' ') == std::string::npos;
  if (verb == http::verb::unknown || !path_is_good) {
    throw std::runtime_error("\"" + from.method + " " + from.path + "\" is no request");
  }
  http::request<http::string_body> request(verb, from.path, 11);
  request.set(http::field::host, from.address);
  for (const auto& [name, value] : from.headers) {
    if (!is_one_line(name) || !is_one_line(value)) {
      throw std::runtime_error("header \"" + name + "\" has more than one line");
    }
    request.set(name, value);
  }
  request.set(http::field::connection, "close");
  request.body() = from.body;
  request.prepare_payload();
  return request;
}

// The conversation, step by step; the stream's timer ends it wherever it is.
class Conversation {
 public:
  explicit Conversation(const HttpRequest& from)
      : server_(parse_loopback(from.address)), request_(write_request(from)), stream_(context_) {
    parser_.body_limit(from.limit_bytes);
    stream_.expires_after(from.timeout);
  }

  http::response<http::string_body> run() {
    stream_.async_connect(server_, [this](beast::error_code error) {
      if (!failed(error)) write();
    });
    context_.run();
    if (error_) throw std::runtime_error(error_.message());
    return parser_.release();
  }

 private:
  bool failed(beast::error_code error) {
    if (error) error_ = error;
    return bool(error);
  }

  void write() {
    http::async_write(stream_, request_, [this](beast::error_code error, std::size_t) {
      if (!failed(error)) read();
    });
  }

  void read() {
    http::async_read(stream_, buffer_, parser_,
                     [this](beast::error_code error, std::size_t) { failed(error); });
  }

  asio::io_context context_{1};
  asio::ip::tcp::endpoint server_;
  http::request<http::string_body> request_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  beast::error_code error_;
};

}  // namespace

HttpAnswer ask_http(const HttpRequest& request) {
  http::response<http::string_body> response = Conversation(request).run();
  HttpAnswer answer{.status = static_cast<int>(response.result_int()),
                    .body = std::move(response.body())};
  for (const auto& field : response) {
    answer.headers[std::string(field.name_string())] = std::string(field.value());
  }
  return answer;
}

}  // namespace berth
