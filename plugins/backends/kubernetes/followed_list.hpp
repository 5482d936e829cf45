// One watch, told as two words: this is there, that is gone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "attempt_identity.hpp"
#include "client/object_watch.hpp"

namespace berth {

class FollowedList {
 public:
  struct Listener {
    std::function<void(const nlohmann::json& object)> is_there;
    std::function<void(const std::string& uid)> is_gone;
    std::function<void()> listed;  // after a whole list was told
    std::function<void(const WatchTrouble&)> trouble;
  };

  FollowedList(boost::asio::io_context& io, ApiClient& client, std::string path,
               WatchOptions options, Listener listener)
      : listener_(std::move(listener)),
        watch_(io, client, std::move(path),
               {.listed = [this](std::vector<nlohmann::json> items) { take_list(items); },
                .changed = [this](const std::string& type,
                                  const nlohmann::json& object) { take_change(type, object); },
                .trouble = [this](const WatchTrouble& trouble) { listener_.trouble(trouble); }},
               std::move(options)) {}

  // A second time does nothing.
  void start() {
    if (!std::exchange(has_started_, true)) watch_.start();
  }
  bool is_in_contact() const { return watch_.is_in_contact(); }

 private:
  void take_list(const std::vector<nlohmann::json>& items) {
    std::set<std::string> before = std::exchange(known_, {});
    for (const nlohmann::json& item : items) {
      const std::string uid = uid_of(item);
      known_.insert(uid);
      before.erase(uid);
      listener_.is_there(item);
    }
    for (const std::string& uid : before) listener_.is_gone(uid);
    listener_.listed();
  }

  void take_change(const std::string& type, const nlohmann::json& object) {
    const std::string uid = uid_of(object);
    if (type == "DELETED") {
      known_.erase(uid);
      return listener_.is_gone(uid);
    }
    known_.insert(uid);
    listener_.is_there(object);
  }

  const Listener listener_;
  std::set<std::string> known_;
  bool has_started_ = false;
  ObjectWatch watch_;
};

}  // namespace berth
