#include "control/listener.hpp"

#include <algorithm>
#include <thread>

#include "base/log.hpp"

namespace berth {
namespace {

using Entrances = std::vector<std::shared_ptr<Entrance>>;

// The network comes first: who finds the socket file finds all of it.
Result<Entrances> open_entrances(const Site& site) {
  Entrances entrances;
  if (!site.server.tcp.listen.empty()) {
    auto tcp = open_tcp_entrance(site);
    if (!tcp) return tcp.error();
    log_info("listening_tcp", {{"at", (*tcp)->where()}});
    entrances.push_back(std::move(*tcp));
  }
  auto local = open_unix_entrance(site);
  if (!local) return local.error();
  entrances.push_back(std::move(*local));
  return entrances;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Control& control, IoThreads& io) {
  auto entrances = open_entrances(control.site);
  if (!entrances) return entrances.error();
  auto listener = std::make_unique<Listener>();
  for (auto& entrance : *entrances)
    listener->acceptors_.push_back(std::make_unique<Acceptor>(std::move(entrance), control, io));
  return listener;
}

void Listener::stop_accepting() {
  for (const auto& acceptor : acceptors_) acceptor->stop();
}

int Listener::connections() const {
  int count = 0;
  for (const auto& acceptor : acceptors_) count += acceptor->connections();
  return count;
}

void Listener::wait_for_answers(std::chrono::milliseconds patience) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto is_answering = [](const auto& acceptor) { return acceptor->is_answering(); };
  while (std::any_of(acceptors_.begin(), acceptors_.end(), is_answering) &&
         std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace berth
