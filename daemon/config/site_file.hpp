// The bytes of a site file, and no more than are reasonable.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace berth {

inline constexpr std::size_t kSiteFileBytesMax = 16 << 20;

// Errors: "SiteFile", for a file that is missing, unreadable, too large, or no plain file. A
// symbolic link is refused: who may change the site would be a question of two folders. [any]
Result<std::string> read_site_file(const std::filesystem::path& file);

}  // namespace berth
