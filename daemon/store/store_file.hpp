// The store's file as the file system sees it.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace berth {

// The path by which the store is opened: its folder without links. The file is made if need be, and
// is ours alone (mode 0600) afterwards. A link or anything but a regular file is refused, as
// whoever could place it could make us write where they like. Never called while the file is open:
// closing a descriptor drops SQLite's locks. Errors: "StoreUnavailable".
Result<std::filesystem::path> prepare_store_file(const std::filesystem::path& file);

// The same path without making or changing anything. Errors: "StoreUnavailable" (no such folder).
Result<std::filesystem::path> plain_store_path(const std::filesystem::path& file);

// An empty file of mode 0600 that was not there before. Errors: "StoreUnavailable".
Result<void> make_private_file(const std::filesystem::path& file);

bool sync_file(const std::filesystem::path& file);
void sync_folder(const std::filesystem::path& folder);  // so that new names in it survive a crash

}  // namespace berth
