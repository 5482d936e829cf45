#include "main/plugin_folder.hpp"

#include "config/default_folders.hpp"

namespace berth {

void settle_plugin_folder(ServerSettings& server) {
  if (server.plugin_dir != default_plugin_dir()) return;
  const auto built = (default_program_dir().parent_path() / "plugins").lexically_normal();
  std::error_code failed;
  if (std::filesystem::is_directory(built, failed)) server.plugin_dir = built;
}

}  // namespace berth
