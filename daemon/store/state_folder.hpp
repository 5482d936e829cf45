// The one folder in which a daemon keeps everything, and the lock that makes it the only one.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.hpp"

namespace berth {

// Holds the lock for as long as it lives; a dead daemon holds none.
class StateFolder {
 public:
  // Makes the folder if it is missing: private, and as root passable (0711), because jobs of other users
  // have their folders in it. Errors: "StateFolder" (not private, or not ours),
  // "AlreadyRunning" with the other daemon's process id.
  static Result<std::unique_ptr<StateFolder>> take(const std::filesystem::path& folder);
  ~StateFolder();

  // Whether `take` would trust a folder that is there; makes and locks nothing. Errors: "StateFolder".
  static Result<void> check(const std::filesystem::path& folder);

  // The folder of one cluster's backend, with the mode of this one. Errors: "StateFolder".
  Result<std::filesystem::path> make_cluster_folder(const std::string& cluster) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  StateFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace berth
