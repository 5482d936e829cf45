// What the disk itself can do: the bound of everything that is made durable one after the other.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "cost.hpp"
#include "loads.hpp"
#include "socket_client.hpp"

namespace berth::bench {

void run_disk(const Wish& wish) {
  const std::string file = wish.folder + "/fdatasync.bench";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) give_up("cannot open " + file);
  ::unlink(file.c_str());
  const std::string bytes(static_cast<std::size_t>(wish.bytes), 'x');
  const Cost cost;
  std::int64_t syncs = 0;
  for (; cost.seconds() < wish.seconds; ++syncs) {
    if (::write(descriptor, bytes.data(), bytes.size()) != wish.bytes) give_up("cannot write");
    if (::fdatasync(descriptor) != 0) give_up("cannot fdatasync");
  }
  std::printf(R"({"syncs": %lld, "seconds": %.4f, "per_second": %.1f})"
              "\n",
              static_cast<long long>(syncs), cost.seconds(),
              static_cast<double>(syncs) / cost.seconds());
  ::close(descriptor);
}

}  // namespace berth::bench
