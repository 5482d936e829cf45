// Connections whose next request has not come yet, in the order in which they began to wait.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace berth {

class Client {
 public:
  virtual ~Client() = default;
  virtual void make_room() = 0;  // hangs up, unless a request has come meanwhile; only posts [any]
};

// Everything here is [any].
class WaitingClients {
 public:
  std::int64_t enter(std::weak_ptr<Client> client);  // gives the number to leave by
  void leave(std::int64_t number);

  // Asks the one that has waited longest to make room. False: nobody waits.
  bool make_room();

 private:
  std::mutex mutex_;
  std::int64_t next_number_ = 0;
  std::map<std::int64_t, std::weak_ptr<Client>> waiting_;
};

}  // namespace berth
