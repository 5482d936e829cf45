// Says when a file was put into a folder.
#pragma once

#include <filesystem>
#include <functional>
#include <unordered_map>

#include "descriptor.hpp"
#include "reactor.hpp"

namespace berth {

// [reactor]
class FolderWatcher {
 public:
  explicit FolderWatcher(Reactor& reactor);

  // Calls `changed` when a file of that name was moved into the folder, or written there and
  // closed. A number for `forget`; negative when the system has no more watches to give.
  int watch(const std::filesystem::path& folder, std::string file, std::function<void()> changed);
  void forget(int number);

 private:
  struct Watched {
    std::string file;
    std::function<void()> changed;
  };
  void read_events();

  Descriptor events_;
  std::unordered_map<int, Watched> watched_;
  Subscription readable_;
};

}  // namespace berth
