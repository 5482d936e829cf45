#include "store/sqlite_store.hpp"

#include <cstdlib>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "store/ballast.hpp"
#include "store/epochs.hpp"
#include "store/file_head.hpp"
#include "store/high_water.hpp"
#include "store/opening.hpp"
#include "store/sqlite_reader.hpp"
#include "store/store_file.hpp"
#include "store/writer.hpp"

namespace berth {
namespace {

constexpr int kExitInputOutput = 74;       // EX_IOERR
constexpr std::size_t kClassesMax = 4096;  // of one reader

// What SQLite holds is not known any more; the next start reads what is durable.
void end_process(const std::string& what) {
  log_error("store_failed", {{"error", what}});
  std::_Exit(kExitInputOutput);
}

// On a full disk the ballast makes the little room that opening takes.
Result<Database> open_even_when_full(const StoreSettings& settings,
                                     const std::optional<HighWaterMark>& known) {
  auto database = open_for_writing(settings.file, known);
  std::error_code ignored;
  if (database || database.error().code != "StoreUnavailable") return database;
  if (!std::filesystem::remove(ballast_file(settings.file), ignored)) return database;
  return open_for_writing(settings.file, known);
}

// Without it (on a full disk, say) all works; only an older file in its place is not noticed.
void keep_mark(const std::filesystem::path& store, const HighWaterMark& mark) {
  const std::filesystem::path file = high_water_file(store);
  if (read_high_water(file) == mark) return;
  if (const auto written = write_high_water(file, mark); !written)
    log_warning("store_without_high_water", {{"error", written.error().message}});
}

}  // namespace

SqliteStore::SqliteStore(StoreSettings settings, StoreIdentity identity,
                         std::unique_ptr<StoreWriter> writer)
    : settings_(std::move(settings)), identity_(std::move(identity)), writer_(std::move(writer)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const StoreSettings& wanted, Loop& loop,
                                                       const Clock& clock, Chance& chance) {
  StoreSettings settings = wanted;
  if (!settings.on_fatal) settings.on_fatal = end_process;
  auto path = plain_store_path(settings.file);
  if (!path) return path.error();
  settings.file = *path;
  const auto known = read_high_water(high_water_file(settings.file));
  const Expected expected = known ? Expected::kStore : Expected::kStoreOrNothing;
  if (auto good = check_file_head(settings.file, expected); !good) return good.error();
  if (auto file = prepare_store_file(settings.file); !file) return file.error();
  auto database = open_even_when_full(settings, known);
  if (!database) return database.error();
  try {
    const HighWaterMark mark =
        settle_epoch(*database, identify(*database, chance), known, clock.now().wall_ms);
    keep_mark(settings.file, mark);
    StoreIdentity identity{mark.instance, mark.epoch};
    auto writer = std::make_unique<StoreWriter>(std::move(*database), settings, mark, loop);
    return std::unique_ptr<SqliteStore>(
        new SqliteStore(std::move(settings), std::move(identity), std::move(writer)));
  } catch (const SqliteFailure& failure) {
    return opening_error(settings.file, failure);
  }
}

void SqliteStore::commit(Change change, std::function<void(const Committed&)> done) {
  writer_->commit(std::move(change), std::move(done));
}

void SqliteStore::prune(std::int64_t now_ms, int limit, Removed removed) {
  writer_->prune(now_ms, limit, std::move(removed));
}

void SqliteStore::back_up(std::filesystem::path target, std::function<void(Result<void>)> done) {
  writer_->back_up(std::move(target), std::move(done));
}

std::string SqliteStore::trouble() const { return writer_->trouble(); }

const StoreIdentity& SqliteStore::identity() const { return identity_; }

Histogram::Value SqliteStore::commit_times() const { return writer_->commit_times(); }

std::unique_ptr<SqliteReader> SqliteStore::open_reader(std::size_t classes_max) const {
  try {
    return std::make_unique<SqliteReader>(settings_.file, classes_max, settings_.on_fatal);
  } catch (const SqliteFailure& failure) {
    settings_.on_fatal(opening_error(settings_.file, failure).message);
    return nullptr;
  }
}

std::unique_ptr<Reader> SqliteStore::new_reader() const { return open_reader(kClassesMax); }

void SqliteStore::for_each_unfinished(const std::function<void(Job)>& take) {
  const auto reader = open_reader(std::numeric_limits<std::size_t>::max());
  if (reader) reader->for_each_unfinished(take);
}

std::vector<Job> SqliteStore::unfinished_jobs() {
  std::vector<Job> jobs;
  for_each_unfinished([&](Job job) { jobs.push_back(std::move(job)); });
  return jobs;
}

std::vector<ClusterMark> SqliteStore::cluster_marks() {
  const auto reader = open_reader(kClassesMax);
  return reader ? reader->cluster_marks() : std::vector<ClusterMark>{};
}

}  // namespace berth
