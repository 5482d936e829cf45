// One large batch: sent and answered at the same time.
#include <sys/socket.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>

#include "cost.hpp"
#include "loads.hpp"
#include "sample_job.hpp"
#include "socket_client.hpp"

namespace berth::bench {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

// Counts how often a word comes by in a stream, also across its pieces.
class WordCount {
 public:
  explicit WordCount(std::string_view word) : word_(word) {}
  void add(std::string_view bytes) {
    tail_ += bytes;
    std::size_t at = 0;
    for (std::size_t found; (found = tail_.find(word_, at)) != std::string::npos;
         at = found + word_.size())
      ++count_;
    tail_.erase(0, std::max(at, tail_.size() - std::min(tail_.size(), word_.size() - 1)));
  }
  std::int64_t count() const { return count_; }

 private:
  std::string_view word_;
  std::string tail_;
  std::int64_t count_ = 0;
};

class Batch {
 public:
  explicit Batch(const Wish& wish) : wish_(wish), peer_(wish.socket) {
    const std::size_t line = sample_job(wish.first, wish.shapes).size() + 1;
    unsent_ = "POST /v1/jobs:batch HTTP/1.1\r\nHost: berth\r\nContent-Type: application/x-ndjson\r\n"
              "Content-Length: " +
              std::to_string(line * static_cast<std::size_t>(wish.jobs)) + "\r\n\r\n";
  }

  void run() {
    const Cost cost;
    while (accepted_.count() + refused_.count() < wish_.jobs) step();
    const double seconds = cost.seconds();
    std::printf(R"({"accepted": %lld, "refused": %lld, "seconds": %.4f, "per_second": %.1f, )"
                R"("client_cpu_seconds": %.4f})"
                "\n",
                static_cast<long long>(accepted_.count()), static_cast<long long>(refused_.count()),
                seconds, static_cast<double>(accepted_.count()) / seconds, cost.cpu_seconds());
  }

 private:
  void step() {
    write_more();
    const short wanted = unsent_.empty() ? POLLIN : POLLIN | POLLOUT;
    pollfd ready{peer_.descriptor(), wanted, 0};
    if (::poll(&ready, 1, 60'000) <= 0) give_up("nothing moved for 60 s");
    if ((ready.revents & POLLOUT) != 0) send();
    if ((ready.revents & (POLLIN | POLLHUP)) != 0) take();
  }

  void write_more() {
    while (unsent_.size() < kPieceBytes && written_ < wish_.jobs) {
      unsent_ += sample_job(wish_.first + written_++, wish_.shapes);
      unsent_ += '\n';
    }
  }

  void send() {
    const ssize_t sent =
        ::send(peer_.descriptor(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) give_up("cannot send");
    if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
  }

  void take() {
    std::array<char, kPieceBytes> room;
    const ssize_t size = ::recv(peer_.descriptor(), room.data(), room.size(), MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN) give_up("cannot receive");
    if (size == 0) give_up("berthd hung up");
    if (size < 0) return;
    const std::string_view bytes(room.data(), static_cast<std::size_t>(size));
    accepted_.add(bytes);
    refused_.add(bytes);
  }

  const Wish& wish_;
  SocketClient peer_;
  std::string unsent_;
  std::int64_t written_ = 0;
  WordCount accepted_{"{\"id\":"};
  WordCount refused_{"{\"error\":"};
};

}  // namespace

void run_batch(const Wish& wish) { Batch(wish).run(); }

}  // namespace berth::bench
