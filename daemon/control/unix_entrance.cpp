#include <unistd.h>

#include "control/entrance.hpp"
#include "control/unix_socket.hpp"

namespace berth {
namespace {

class UnixEntrance final : public Entrance {
 public:
  explicit UnixEntrance(std::filesystem::path file) : file_(std::move(file)) {}

  Visit receive(Socket socket) override {
    auto wire = new_plain_wire(std::move(socket));
    auto who = [&socket = wire->socket()] { return peer_of(socket.native_handle()); };
    return {std::move(wire), std::move(who), [](const RequestHead&) { return Result<void>(); }};
  }
  void close() override { ::unlink(file_.c_str()); }
  std::string where() const override { return file_.string(); }

 private:
  std::filesystem::path file_;
};

}  // namespace

Result<std::shared_ptr<Entrance>> open_unix_entrance(const Site& site) {
  const auto socket = listen_at(site.server.socket);
  if (!socket) return socket.error();
  std::shared_ptr<Entrance> entrance = std::make_shared<UnixEntrance>(site.server.socket);
  entrance->listening = *socket;
  entrance->connections_max = site.limits.connections_max;
  entrance->setting = "limits.connections_max";
  return entrance;
}

}  // namespace berth
