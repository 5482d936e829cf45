#include "config/default_folders.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

fs::path own_folder() {
  std::error_code failed;
  const auto program = fs::read_symlink("/proc/self/exe", failed);
  return failed ? fs::path("/usr/bin") : program.parent_path();
}

fs::path installed_in(const fs::path& folder) {
  return (own_folder().parent_path() / folder / "berth").lexically_normal();
}

}  // namespace

fs::path default_program_dir() {
  std::error_code failed;
  const bool is_beside = fs::exists(own_folder() / "berth-supervise", failed);
  return is_beside ? own_folder() : installed_in(BERTH_LIBEXECDIR);
}

fs::path default_plugin_dir() {
  std::error_code failed;
  const fs::path built = (own_folder().parent_path() / "plugins").lexically_normal();
  return fs::is_directory(built, failed) ? built : installed_in(BERTH_LIBDIR) / "plugins";
}

}  // namespace berth
