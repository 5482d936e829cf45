// Who a store is, and what begins when an older file takes the place of a newer one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"
#include "store/high_water.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

// A new file is given an instance, and epoch 1. Throws SqliteFailure.
HighWaterMark identify(Database& database, Chance& chance);

// How far a file has come. Empty instance: it has none yet. Throws SqliteFailure.
HighWaterMark identity_of(Database& database);

// From now on the store is another one: tokens and attempts of before are of an older epoch. What
// became of its unfinished jobs since the file was current is not known, so that none is placed
// before a person has said so (`berth resume`). Returns how many. Throws SqliteFailure.
std::int64_t begin_epoch(Database& database, std::int64_t epoch, std::int64_t at_ms);

// Changes nothing. Errors: "StrangeStore" (the file is of another Berth than the one that is known to
// have been here). Throws SqliteFailure.
Result<void> check_belongs_here(Database& database, const std::optional<HighWaterMark>& known);

// Holds the file to what is known to have been here. An older one begins a new epoch, in words.
// Throws SqliteFailure.
HighWaterMark settle_epoch(Database& database, HighWaterMark found,
                                   const std::optional<HighWaterMark>& known, std::int64_t at_ms);

}  // namespace berth
