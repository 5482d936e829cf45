// Shared libraries in this process. What was once loaded stays.
#pragma once

#include <berth/abi.h>

#include <filesystem>

#include "base/error.hpp"

namespace berth {

// Loads the library at `path` (Boost.DLL; RTLD_NOW, RTLD_LOCAL) and keeps it until the process
// ends: closing a library while anything of it may still run is what crashes hosts after weeks.
// Returns what its entry answers; null is a fault for the caller to name. Errors: "PluginRefused"
// with the linker's own words, or which contract the library speaks instead. [start]
Result<const berth_module*> open_library(const std::filesystem::path& path);

}  // namespace berth
