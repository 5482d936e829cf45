#include "store/restore.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "store/copy.hpp"
#include "store/epochs.hpp"
#include "store/file_head.hpp"
#include "store/opening.hpp"
#include "store/store_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

Error damaged_backup(const fs::path& backup, const StoreCheck& check) {
  return {"CorruptStore", "the backup " + backup.string() + " is damaged (" +
                              check.damage.front() +
                              "), nothing was changed: take another one; "
                              "`berth store check FILE` says of each whether it is whole"};
}

Error strange_backup(const fs::path& backup, const HighWaterMark& of_backup,
                     const HighWaterMark& of_folder) {
  return {"StrangeStore", "the backup " + backup.string() + " is of the Berth " +
                              of_backup.instance + ", and this state folder of " +
                              of_folder.instance +
                              ": nothing was changed. Restore it into an empty state folder"};
}

// The epoch of what is there now, where that can still be read.
std::int64_t epoch_in_place(const fs::path& store) {
  try {
    Database database(store, Database::Access::kRead);
    database.fold_log_on_close(false);
    return identity_of(database).epoch;
  } catch (const SqliteFailure&) {
    return 0;
  }
}

// "20261125T193000.123Z"
std::string file_time(std::int64_t at_ms) {
  std::string text = iso_time(at_ms);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

void move_if_there(const fs::path& from, const fs::path& to) {
  if (fs::exists(fs::symlink_status(from))) fs::rename(from, to);
}

// The log goes with its file. The file goes last: without it nothing starts by mistake.
fs::path move_aside(const fs::path& store, std::int64_t at_ms) {
  std::error_code ignored;
  fs::remove(store.string() + "-shm", ignored);
  const bool is_there = fs::exists(fs::symlink_status(store));
  const fs::path kept = store.string() + ".before-restore-" + file_time(at_ms);
  move_if_there(store.string() + "-wal", kept.string() + "-wal");
  move_if_there(store, kept);
  sync_folder(store.parent_path());
  return is_there ? kept : fs::path();
}

struct Prepared {
  HighWaterMark mark;
  std::int64_t held = 0;
};

Prepared prepare(const fs::path& backup, const fs::path& fresh, std::int64_t epoch,
                 std::int64_t at_ms) {
  {
    Database from(backup, Database::Access::kRead);
    from.fold_log_on_close(false);
    copy_database(from, fresh);
  }
  Database database(fresh, Database::Access::kWrite);
  Prepared prepared;
  prepared.held = begin_epoch(database, epoch, at_ms);
  prepared.mark = identity_of(database);
  return prepared;
}

}  // namespace

Result<void> copy_store(const fs::path& wanted, const fs::path& to) {
  const auto path = plain_store_path(wanted);
  if (!path) return path.error();
  const fs::path& store = *path;
  if (auto good = check_file_head(store, Expected::kStore); !good) return good;
  try {
    Database from(store, Database::Access::kRead);
    from.fold_log_on_close(false);
    copy_database(from, to);
    return {};
  } catch (const SqliteFailure& failure) {
    return opening_error(store, failure);
  }
}

Result<Restored> restore_store(const fs::path& backup, const fs::path& wanted, std::int64_t at_ms) {
  const auto store = plain_store_path(wanted);
  if (!store) return store.error();
  const auto check = check_store(backup);
  if (!check) return check.error();
  const fs::path source = plain_store_path(backup).value();
  if (!check->damage.empty()) return damaged_backup(backup, *check);
  const fs::path mark_file = high_water_file(*store);
  const auto known = read_high_water(mark_file);
  if (known && known->instance != check->facts.mark.instance)
    return strange_backup(backup, check->facts.mark, *known);
  const std::int64_t epoch = std::max({check->facts.mark.epoch, known ? known->epoch : 0,
                                       epoch_in_place(*store)}) +
                             1;
  try {
    const fs::path fresh = store->string() + ".restoring";
    const Prepared prepared = prepare(source, fresh, epoch, at_ms);
    if (!sync_file(fresh)) return Error{"StoreUnavailable", fresh.string() + " cannot be flushed"};
    Restored restored{check->facts, prepared.held, move_aside(*store, at_ms)};
    restored.facts.mark = prepared.mark;
    fs::rename(fresh, *store);
    sync_folder(store->parent_path());
    if (auto written = write_high_water(mark_file, restored.facts.mark); !written)
      return written.error();
    return restored;
  } catch (const SqliteFailure& failure) {
    return opening_error(*store, failure);
  } catch (const fs::filesystem_error& failure) {
    return Error{"StoreUnavailable", std::string("the restore failed: ") + failure.what()};
  }
}

}  // namespace berth
