// The daemon's own copies of libraries, named by their content.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "plugins/trusted_folder.hpp"

namespace berth {

// Makes the folder, 0700, or checks that the one there is the daemon's own. Errors: "PluginFolder".
Result<void> prepare_private_folder(const std::filesystem::path& folder);

// Writes `file` as FOLDER/<sha256>.so (0500), or finds it there. What is loaded from the copy
// neither changes when the original is truncated, nor is it the old code when the original was
// replaced. Errors: "PluginRefused". [start]
Result<std::filesystem::path> copy_privately(const PluginFile& file,
                                             const std::filesystem::path& folder);

}  // namespace berth
