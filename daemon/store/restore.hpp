// Putting a backup in the place of the store.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.hpp"
#include "store/check.hpp"

namespace berth {

// A backup of a store that no daemon has open; `to` must not exist. Errors: those of check_store.
Result<void> copy_store(const std::filesystem::path& store, const std::filesystem::path& to);

struct Restored {
  StoreFacts facts;             // of the store as it is now
  std::int64_t held = 0;        // unfinished jobs, until somebody resumes or kills them
  std::filesystem::path kept;   // what was there before; empty: nothing was
};

// For whoever holds the state folder's lock. `backup` is checked first and stays as it is; what is
// in `store`'s place is moved aside. A new epoch begins. Until the last step the store is as it was,
// after it the restored one; a crash between leaves none, which the next start says. Errors:
// those of check_store, "CorruptStore" (the backup is damaged), "StrangeStore" (it is of another
// Berth than this folder), "StoreUnavailable".
Result<Restored> restore_store(const std::filesystem::path& backup,
                               const std::filesystem::path& store, std::int64_t at_ms);

}  // namespace berth
