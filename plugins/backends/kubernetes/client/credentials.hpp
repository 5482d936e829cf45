// As whom requests are made: kept fresh from files and from an exec plugin.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "api_access.hpp"

namespace boost::asio {
class io_context;
}

namespace berth {

struct Identity {
  std::string token;        // "" for none
  std::string certificate;  // PEM, "" for none
  std::string key;
  std::string authority;     // whom to trust, PEM; "" is the system's
  std::uint64_t number = 0;  // another one when anything above is
};

// [io]
class Credentials {
 public:
  using Given = std::variant<std::shared_ptr<const Identity>, std::string /* why not */>;
  using Done = std::function<void(Given)>;

  Credentials(boost::asio::io_context& io, ApiAccess access);
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  ~Credentials();  // ends a plugin that runs; its `done`s are dropped

  // Calls `done` at once when nothing has to be waited for.
  void get(Done done);
  // After the server refused `refused`: gets others if there can be.
  void renew(const Identity& refused, Done done);
  // Whether `renew` may give anything else.
  bool can_be_renewed() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace berth
