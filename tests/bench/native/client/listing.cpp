// A list: when its first bytes are there, and when all of it. Its bytes are read, not looked at.
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "cost.hpp"
#include "loads.hpp"
#include "socket_client.hpp"

namespace berth::bench {
namespace {

struct Seen {
  double first_seconds = 0;
  std::size_t bytes = 0;
  std::int64_t pages = 0;
  bool is_good = true;
};

// The token of the next page, which stands behind the jobs.
std::string next_page(std::string_view tail) {
  constexpr std::string_view kNext = "\"next\":\"";
  const auto at = tail.rfind(kNext);
  if (at == std::string_view::npos) return "";
  tail.remove_prefix(at + kNext.size());
  return std::string(tail.substr(0, tail.find('"')));
}

// Reads one answer to its end. Returns its last bytes.
std::string read_answer(SocketClient& peer, const Cost& cost, Seen& seen) {
  constexpr std::size_t kTailBytes = 256;
  constexpr std::string_view kLastChunk = "\r\n0\r\n\r\n";
  std::array<char, 256 * 1024> room;
  std::string head, tail;
  std::optional<std::size_t> left;
  bool is_chunked = false;
  for (;;) {
    const ssize_t size = ::recv(peer.descriptor(), room.data(), room.size(), 0);
    if (size < 0) give_up("cannot receive");
    std::string_view bytes(room.data(), static_cast<std::size_t>(size));
    if (size == 0) return tail;
    seen.bytes += bytes.size();
    if (!left && !is_chunked) {
      head += bytes;
      const auto end = head.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      seen.is_good = seen.is_good && head.starts_with("HTTP/1.1 200");
      constexpr std::string_view kLength = "Content-Length: ";
      const auto length = head.find(kLength);
      is_chunked = length == std::string::npos || length > end;
      const std::size_t came = head.size() - (end + 4);
      if (!is_chunked) left = std::stoul(head.substr(length + kLength.size())) - came;
      if (seen.first_seconds == 0) seen.first_seconds = cost.seconds();
    } else if (left) {
      *left -= bytes.size();
    }
    tail += bytes.size() > kTailBytes ? bytes.substr(bytes.size() - kTailBytes) : bytes;
    if (tail.size() > kTailBytes) tail.erase(0, tail.size() - kTailBytes);
    if (left && *left == 0) return tail;
    if (is_chunked && tail.ends_with(kLastChunk)) return tail;
  }
}

}  // namespace

void run_list(const Wish& wish) {
  SocketClient peer(wish.socket);
  const Cost cost;
  Seen seen;
  std::string page;
  do {
    const char* const joint = wish.path.find('?') == std::string::npos ? "?" : "&";
    peer.send(get_request(page.empty() ? wish.path : wish.path + joint + "page=" + page));
    page = next_page(read_answer(peer, cost, seen));
    ++seen.pages;
  } while (!page.empty() && (wish.pages == 0 || seen.pages < wish.pages));
  if (!seen.is_good) give_up("a list was refused");
  std::printf(R"({"first_seconds": %.5f, "seconds": %.5f, "pages": %lld, "bytes": %zu, )"
              R"("client_cpu_seconds": %.4f})"
              "\n",
              seen.first_seconds, cost.seconds(), static_cast<long long>(seen.pages), seen.bytes, cost.cpu_seconds());
}

}  // namespace berth::bench
