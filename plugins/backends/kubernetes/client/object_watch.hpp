// All objects of one kind, kept up to date: listed once, then watched.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api_client.hpp"

namespace berth {

struct WatchTrouble {
  std::string why;
  int status = 0;  // what the API server answered: 403, 404, 500, ...; 0: no contact
};

struct WatchOptions {
  std::string label_selector;
  std::string field_selector;
  std::size_t page_items = 500;
  std::chrono::milliseconds back_off_first{500};  // doubled each time, of which a random part
  std::chrono::milliseconds back_off_most{30'000};
  std::chrono::milliseconds refused_again{60'000};  // at most, after 403 and 404
  std::chrono::milliseconds list_timeout{60'000};   // of each page
  std::chrono::seconds watch_least{300};  // how long the server keeps one watch: random between
  std::chrono::seconds watch_most{600};
  StreamLimits stream;
  // What nobody needs of an object, taken off before it is kept or told.
  std::function<void(nlohmann::json&)> trim = [](nlohmann::json& object) {
    if (object.contains("metadata")) object["metadata"].erase("managedFields");
  };
  RandomSource random = seeded_random();
};

// Destroyed: stopped, and the listener is not called any more; it may be destroyed by a listener.
class ObjectWatch {
 public:
  // All [io], never within `start`.
  struct Listener {
    // Everything there is. Comes first, and again when the server no longer knows what changed in
    // between: what is not among them is gone. Items of a list bear apiVersion and kind as those of
    // a watch do.
    std::function<void(std::vector<nlohmann::json> items)> listed;
    // "ADDED", "MODIFIED", "DELETED". May come again for what is known already.
    std::function<void(const std::string& type, const nlohmann::json& object)> changed;
    // What is known may be old from now on; it is tried again. Once each time that fails.
    std::function<void(WatchTrouble)> trouble;
    // The server listens again after trouble; may be empty.
    std::function<void()> recovered;
  };

  // `path`: of the list, "/apis/ray.io/v1/rayclusters". The client must outlive it. [io]
  ObjectWatch(boost::asio::io_context& io, ApiClient& client, std::string path, Listener listener,
              WatchOptions options = {});
  ObjectWatch(const ObjectWatch&) = delete;
  ObjectWatch& operator=(const ObjectWatch&) = delete;
  ~ObjectWatch();

  void start();                // [io]
  bool is_in_contact() const;  // listed, and a watch is open or being renewed without trouble [io]

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace berth
