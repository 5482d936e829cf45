// Removes a job's folder with the rights of its user, in a process of its own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>

#include "descriptor.hpp"
#include "reactor.hpp"

namespace berth {

// [reactor]
class FolderRemoval {
 public:
  using Done = std::function<void(bool is_gone)>;

  // `done` is called once, later, unless this is destroyed before. `program` is berth-supervise.
  FolderRemoval(Reactor& reactor, const std::filesystem::path& program,
                std::filesystem::path folder, uid_t uid, gid_t gid, Done done);
  FolderRemoval(const FolderRemoval&) = delete;
  FolderRemoval& operator=(const FolderRemoval&) = delete;
  ~FolderRemoval();

 private:
  void begin(const std::filesystem::path& program, uid_t uid, gid_t gid);
  void finish();
  void tell(bool is_gone);

  Reactor& reactor_;
  std::filesystem::path folder_;
  Done done_;
  pid_t pid_ = -1;
  Descriptor process_;
  Subscription ended_;
  Subscription soon_;
};

}  // namespace berth
