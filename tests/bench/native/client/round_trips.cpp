// Many clients, each with one request under way at a time.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "cost.hpp"
#include "loads.hpp"
#include "sample_job.hpp"
#include "socket_client.hpp"

namespace berth::bench {
namespace {

using Time = std::chrono::steady_clock;

class RoundTrips {
 public:
  RoundTrips(const Wish& wish, std::function<std::string()> next_request)
      : next_request_(std::move(next_request)),
        poll_(::epoll_create1(EPOLL_CLOEXEC)),
        until_(Time::now() + std::chrono::microseconds(static_cast<std::int64_t>(wish.seconds * 1e6))) {
    for (int i = 0; i < wish.clients; ++i) add_client(wish.socket);
  }

  void run() {
    const Cost cost;
    for (std::size_t i = 0; i < clients_.size(); ++i) ask(i);
    while (under_way_ > 0) take_answers();
    print(cost);
  }

 private:
  struct Client {
    std::unique_ptr<SocketClient> peer;
    Time::time_point asked;
  };

  void add_client(const std::string& socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = clients_.size();
    clients_.push_back({std::make_unique<SocketClient>(socket), {}});
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, clients_.back().peer->descriptor(), &event) != 0)
      give_up("cannot watch a socket");
  }

  void ask(std::size_t number) {
    Client& client = clients_[number];
    client.peer->send(next_request_());
    client.asked = Time::now();
    ++under_way_;
  }

  void take_answers() {
    std::array<epoll_event, 64> ready;
    const int count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), 30'000);
    if (count <= 0) give_up("no answer within 30 s");
    for (int i = 0; i < count; ++i) take(ready[static_cast<std::size_t>(i)].data.u64);
  }

  void take(std::size_t number) {
    Client& client = clients_[number];
    if (!client.peer->take()) return;
    --under_way_;
    const Time::time_point now = Time::now();
    took_us_.push_back(std::chrono::duration<double, std::micro>(now - client.asked).count());
    if (!client.peer->answer().is_good()) ++refused_;
    if (now < until_) ask(number);
  }

  void print(const Cost& cost) {
    std::sort(took_us_.begin(), took_us_.end());
    const auto at = [&](double share) {
      return took_us_[static_cast<std::size_t>(share * static_cast<double>(took_us_.size() - 1))];
    };
    const double seconds = cost.seconds();
    std::printf(
        R"({"answers": %zu, "refused": %zu, "seconds": %.4f, "per_second": %.1f, )"
        R"("median_us": %.1f, "p99_us": %.1f, "client_cpu_seconds": %.4f})"
        "\n",
        took_us_.size(), refused_, seconds, static_cast<double>(took_us_.size()) / seconds, at(0.5),
        at(0.99), cost.cpu_seconds());
  }

  std::function<std::string()> next_request_;
  int poll_;
  Time::time_point until_;
  std::vector<Client> clients_;
  std::size_t under_way_ = 0;
  std::size_t refused_ = 0;
  std::vector<double> took_us_;
};

}  // namespace

void run_get(const Wish& wish) {
  const std::string request = get_request(wish.path);
  RoundTrips(wish, [&] { return request; }).run();
}

void run_submit(const Wish& wish) {
  std::int64_t number = wish.first;
  RoundTrips(wish, [&] { return post_request("/v1/jobs", sample_job(number++, wish.shapes)); }).run();
}

}  // namespace berth::bench
