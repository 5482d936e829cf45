#include "scripted_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <list>
#include <optional>
#include <thread>

namespace berth {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

SeenRequest parse_head(const std::string& head) {
  SeenRequest seen;
  const std::size_t first = head.find(' '), second = head.find(' ', first + 1);
  seen.method = head.substr(0, first);
  seen.path = head.substr(first + 1, second - first - 1);
  std::size_t at = head.find("\r\n") + 2;
  while (at < head.size()) {
    const std::size_t end = head.find("\r\n", at), colon = head.find(": ", at);
    if (end == std::string::npos || colon == std::string::npos) break;
    seen.headers[in_lower_case(head.substr(at, colon - at))] =
        head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  return seen;
}

class Peer : public ServerPeer {
 public:
  Peer(tcp::socket socket, ssl::context& context)
      : socket_(std::move(socket)), tls_(socket_, context) {}

  bool shake_hands() {
    error_code error;
    tls_.handshake(ssl::stream_base::server, error);
    return !error;
  }

  std::string client_name() {
    X509* shown = SSL_get1_peer_certificate(tls_.native_handle());
    if (shown == nullptr) return "";
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
    X509_free(shown);
    return name;
  }

  void write(const std::string& raw) override {
    error_code ignored;
    asio::write(tls_, asio::buffer(raw), ignored);
  }
  // [any], so that a server that goes frees its threads
  void close() override { ::shutdown(socket_.native_handle(), SHUT_RDWR); }
  void wait_for_close() override {
    while (read_more()) continue;
  }

  std::optional<SeenRequest> next() {
    std::size_t end;
    while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return std::nullopt;
    }
    SeenRequest seen = parse_head(read_.substr(0, end + 2));
    read_.erase(0, end + 4);
    const auto length = seen.headers.find("content-length");
    const std::size_t bytes = length == seen.headers.end() ? 0 : std::stoul(length->second);
    while (read_.size() < bytes) {
      if (!read_more()) return std::nullopt;
    }
    seen.body = read_.substr(0, bytes);
    read_.erase(0, bytes);
    return seen;
  }

 private:
  bool read_more() {
    char piece[4096];
    error_code error;
    const std::size_t count = tls_.read_some(asio::buffer(piece), error);
    read_.append(piece, count);
    return !error;
  }

  tcp::socket socket_;
  ssl::stream<tcp::socket&> tls_;
  std::string read_;
};

}  // namespace

class ScriptedServer::Core {
 public:
  Core(const TestCertificate& certificate, Script script, const std::string& client_authority)
      : script_(std::move(script)) {
    context_.use_certificate_chain(asio::buffer(certificate.certificate));
    context_.use_private_key(asio::buffer(certificate.key), ssl::context::pem);
    if (!client_authority.empty()) {
      context_.add_certificate_authority(asio::buffer(client_authority));
      context_.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    }
    accepting_ = std::thread([this] { accept(); });
  }

  ~Core() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    {
      std::lock_guard lock(mutex_);
      for (const auto& peer : peers_) peer->close();
    }
    for (std::thread& thread : threads_) thread.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::vector<SeenRequest> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  int connections() const {
    std::lock_guard lock(mutex_);
    return static_cast<int>(peers_.size());
  }

 private:
  void accept() {
    while (true) {
      tcp::socket socket(context_io_);
      error_code error;
      acceptor_.accept(socket, error);
      if (error) return;
      auto peer = std::make_shared<Peer>(std::move(socket), context_);
      std::lock_guard lock(mutex_);
      peers_.push_back(peer);
      const int number = static_cast<int>(peers_.size());
      threads_.emplace_back([this, peer, number] { serve(*peer, number); });
    }
  }

  void serve(Peer& peer, int connection) {
    if (peer.shake_hands()) {
      while (auto request = peer.next()) {
        request->connection = connection;
        request->client = peer.client_name();
        {
          std::lock_guard lock(mutex_);
          request->number = static_cast<int>(seen_.size()) + 1;
          seen_.push_back(*request);
        }
        script_(*request, peer);
      }
    }
    peer.close();
  }

  const Script script_;
  asio::io_context context_io_;
  ssl::context context_{ssl::context::tls_server};
  tcp::acceptor acceptor_{context_io_, {asio::ip::address_v4::loopback(), 0}};
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;             // guarded by mutex_
  std::vector<std::shared_ptr<Peer>> peers_;  // guarded by mutex_
  std::list<std::thread> threads_;            // guarded by mutex_ until all were accepted
  std::thread accepting_;
};

ScriptedServer::ScriptedServer(const TestCertificate& certificate, Script script,
                               const std::string& client_authority)
    : core_(std::make_shared<Core>(certificate, std::move(script), client_authority)) {}

ScriptedServer::~ScriptedServer() = default;

std::uint16_t ScriptedServer::port() const { return core_->port(); }
std::vector<SeenRequest> ScriptedServer::seen() const { return core_->seen(); }
int ScriptedServer::connections() const { return core_->connections(); }

}  // namespace berth
