#include "folder_removal.hpp"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "spawn_program.hpp"
#include "supervise/protocol.h"

namespace berth {

FolderRemoval::FolderRemoval(Reactor& reactor, const std::filesystem::path& program,
                             std::filesystem::path folder, uid_t uid, gid_t gid, Done done)
    : reactor_(reactor), folder_(std::move(folder)), done_(std::move(done)) {
  // As a rule a job leaves nothing there, and what lies above it is ours.
  if (rmdir(folder_.c_str()) == 0 || errno == ENOENT) {
    tell(true);
  } else {
    begin(program, uid, gid);
  }
}

// One that is still at work goes on; it ends by itself.
FolderRemoval::~FolderRemoval() {
  if (pid_ > 0) waitpid(pid_, nullptr, WNOHANG);
}

void FolderRemoval::begin(const std::filesystem::path& program, uid_t uid, gid_t gid) {
  try {
    pid_ = spawn_program(
        program, {REMOVE_WORD, folder_.string(), std::to_string(uid), std::to_string(gid)}, {});
  } catch (const std::exception&) {
    return tell(false);
  }
  process_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (!process_) return finish();  // out of descriptors: waits for it after all
  ended_ = reactor_.watch(process_.number(), EPOLLIN, [this] { finish(); });
}

void FolderRemoval::finish() {
  ended_.end();
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  tell(WIFEXITED(status) && WEXITSTATUS(status) == 0 && rmdir(folder_.c_str()) == 0);
}

// Later, because whoever hears it may destroy this.
void FolderRemoval::tell(bool is_gone) {
  soon_ = reactor_.after(std::chrono::milliseconds(0),
                         [done = std::move(done_), is_gone] { done(is_gone); });
}

}  // namespace berth
