#include "folder_watcher.hpp"

#include <sys/epoll.h>
#include <sys/inotify.h>

namespace berth {

FolderWatcher::FolderWatcher(Reactor& reactor) : events_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!events_) return;  // then nothing can be watched, and `watch` says so
  readable_ = reactor.watch(events_.number(), EPOLLIN, [this] { read_events(); });
}

int FolderWatcher::watch(const std::filesystem::path& folder, std::string file,
                         std::function<void()> changed) {
  const int number = inotify_add_watch(events_.number(), folder.c_str(),
                                       IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR | IN_DONT_FOLLOW);
  if (number >= 0) watched_[number] = {std::move(file), std::move(changed)};
  return number;
}

void FolderWatcher::forget(int number) {
  if (watched_.erase(number) > 0) inotify_rm_watch(events_.number(), number);
}

void FolderWatcher::read_events() {
  alignas(inotify_event) char buffer[16 * 1024];
  const ssize_t length = read(events_.number(), buffer, sizeof buffer);
  for (ssize_t at = 0; at < length;) {
    const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
    at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    const auto watched = watched_.find(event->wd);
    if (watched == watched_.end() || event->len == 0) continue;
    if (watched->second.file != event->name) continue;
    const std::function<void()> changed = watched->second.changed;  // it may forget itself
    changed();
  }
}

}  // namespace berth
