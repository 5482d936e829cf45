#include "config/default_folders.hpp"

namespace berth {

std::filesystem::path default_program_dir() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::path("/usr/bin") : program.parent_path();
}

std::filesystem::path default_plugin_dir() {
  const std::filesystem::path libraries = BERTH_LIBDIR;
  return (default_program_dir().parent_path() / libraries / "berth" / "plugins").lexically_normal();
}

}  // namespace berth
