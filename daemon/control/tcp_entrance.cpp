#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "control/entrance.hpp"
#include "control/host_rule.hpp"
#include "control/tcp_socket.hpp"
#include "control/tls.hpp"

namespace berth {
namespace {

Result<void> check_method(std::string_view method) {
  if (method == "GET") return {};
  if (method == "OPTIONS")
    return Error{"MethodNotAllowed", "over TCP this server takes GET only, and from no web page"};
  return Error{"Forbidden",
               "over TCP this server can only be read: nobody is known there by name; submit and "
               "act through the Unix socket, on the machine that berthd runs on"};
}

class TcpEntrance final : public Entrance {
 public:
  TcpEntrance(const TcpSettings& settings, std::unique_ptr<Tls> tls)
      : settings_(settings), tls_(std::move(tls)) {
    if (!tls_) hosts_ = std::make_shared<HostRule>(settings.names);
  }

  Visit receive(Socket socket) override {
    const int yes = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const std::string own = own_host(socket.native_handle());
    Visit visit;
    visit.wire = tls_ ? new_tls_wire(std::move(socket), current_credentials())
                      : new_plain_wire(std::move(socket));
    visit.who = [] { return Result<Principal>(stranger()); };
    visit.admit = [hosts = hosts_, own](const RequestHead& head) -> Result<void> {
      if (const auto known = hosts->check(head, own); !known) return known;
      return check_method(head.method);
    };
    return visit;
  }

  std::string where() const override {
    return own_host(listening) + " port " + std::to_string(own_port(listening)) +
           (tls_ ? ", TLS" : ", no TLS");
  }

 private:
  std::shared_ptr<Credentials> current_credentials() {
    auto credentials = tls_->current();
    if (credentials == seen_) return credentials;
    seen_ = credentials;
    std::vector<std::string> names = settings_.names;
    names.insert(names.end(), credentials->names.begin(), credentials->names.end());
    hosts_ = std::make_shared<HostRule>(std::move(names));
    return credentials;
  }

  const TcpSettings& settings_;
  std::unique_ptr<Tls> tls_;  // null: plain
  std::shared_ptr<Credentials> seen_;
  std::shared_ptr<const HostRule> hosts_;
};

}  // namespace

Result<std::shared_ptr<Entrance>> open_tcp_entrance(const Site& site) {
  const TcpSettings& settings = site.server.tcp;
  const auto address = parse_tcp_address(settings.listen);
  if (!address) return address.error();
  std::unique_ptr<Tls> tls;
  if (!settings.certificate.empty()) {
    auto opened = Tls::open(settings);
    if (!opened) return opened.error();
    tls = std::move(*opened);
  }
  const auto socket = listen_at(*address);
  if (!socket) return socket.error();
  std::shared_ptr<Entrance> entrance = std::make_shared<TcpEntrance>(settings, std::move(tls));
  entrance->listening = *socket;
  entrance->is_plain = settings.certificate.empty();
  entrance->connections_max = settings.connections_max;
  entrance->setting = "server.tcp.connections_max";
  return entrance;
}

}  // namespace berth
