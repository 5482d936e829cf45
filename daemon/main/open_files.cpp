#include "main/open_files.hpp"

#include <sys/resource.h>

#include "base/log.hpp"

namespace berth {

void allow_many_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) log_warning("open_files_limit_stays");
}

}  // namespace berth
