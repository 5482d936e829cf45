#include "cli/store_files.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "cli/exit_code.hpp"
#include "cli/output_form.hpp"
#include "cli/store_download.hpp"
#include "config/site.hpp"
#include "model/quantity.hpp"
#include "store/check.hpp"
#include "store/restore.hpp"
#include "store/state_folder.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The state folder of a daemon that does not run, locked so that none starts meanwhile.
struct LockedStore {
  std::unique_ptr<StateFolder> folder;
  fs::path file;
};

Result<fs::path> state_dir_of(const StorePlace& place) {
  if (!place.state_dir.empty()) return fs::absolute(place.state_dir).lexically_normal();
  const SiteCheck check = read_site(place.config);
  if (!check.problems.empty()) return Error{"BadSite", problems_text(check)};
  return check.site.server.state_dir;
}

Result<LockedStore> lock_store(const StorePlace& place) {
  const auto folder = state_dir_of(place);
  if (!folder) return folder.error();
  if (!fs::is_directory(*folder))
    return Error{"NotFound", "there is no state folder " + folder->string()};
  auto taken = StateFolder::take(*folder);
  if (!taken) return taken.error();
  return LockedStore{std::move(*taken), *folder / "berth.db"};
}

Json facts_json(const std::string& file, const StoreFacts& facts) {
  return {{"file", file},
          {"instance", facts.mark.instance},
          {"epoch", facts.mark.epoch},
          {"sequence", facts.mark.sequence},
          {"version", facts.version},
          {"jobs", facts.jobs},
          {"unfinished", facts.unfinished},
          {"bytes", facts.bytes}};
}

std::string facts_text(const StoreFacts& facts) {
  return std::to_string(facts.jobs) + " jobs (" + std::to_string(facts.unfinished) +
         " unfinished), " + bytes_text(facts.bytes) + " bytes, epoch " +
         std::to_string(facts.mark.epoch) + ", newest event " +
         std::to_string(facts.mark.sequence) + ", of Berth " + facts.mark.instance;
}

// True: that was all, programs wanted it.
bool show_exactly(Context& context, const std::string& output, const Json& all) {
  const OutputForm form = output_form(output);
  if (form == OutputForm::kJson) context.console.raw(pretty_json(all));
  if (form == OutputForm::kYaml) context.console.raw(yaml_text(all));
  return form == OutputForm::kJson || form == OutputForm::kYaml;
}

int show_check(Context& context, const std::string& file, const StoreCheck& check,
               const std::string& output) {
  const bool is_whole = check.damage.empty();
  Json all = facts_json(file, check.facts);
  all["whole"] = is_whole;
  all["damage"] = check.damage;
  if (show_exactly(context, output, all)) return is_whole ? kExitGood : kExitError;
  context.console.line(file + ": " + (is_whole ? "whole" : "DAMAGED") + ": " +
                       facts_text(check.facts));
  for (const std::string& damage : check.damage) context.console.line("  " + damage);
  if (!is_whole)
    context.console.note("`berth store restore BACKUP` puts a backup in its place; sqlite3 " +
                         file + " .recover saves what can be read");
  return is_whole ? kExitGood : kExitError;
}

// Since a file that was put there by hand looks whole, too.
void note_older_file(Context& context, const fs::path& file, const StoreFacts& facts) {
  const auto known = read_high_water(high_water_file(file));
  if (!known) return;
  const bool is_older = std::pair(facts.mark.epoch, facts.mark.sequence) <
                        std::pair(known->epoch, known->sequence);
  if (is_older)
    context.console.note("it is older than the store that was here (epoch " +
                         std::to_string(known->epoch) + ", event " +
                         std::to_string(known->sequence) +
                         "): berthd will begin a new epoch with it, as after a restore");
}

Result<void> copy_stopped_store(const StorePlace& place, const fs::path& to) {
  const auto store = lock_store(place);
  if (!store) {
    Error error = store.error();
    if (error.code == "AlreadyRunning")
      error.message += ". Or leave the folder out: then that berthd makes the backup itself";
    return error;
  }
  return copy_store(store->file, to);
}

Result<StoreCheck> check_backup(const fs::path& partial) {
  auto check = check_store(partial);
  if (check && !check->damage.empty())
    return Error{"CorruptStore", "the store itself is damaged (" + check->damage.front() +
                                     "), so that its backup would be: none was made. `berth store "
                                     "check` says more"};
  return check;
}

std::int64_t now_ms() {
  using std::chrono::duration_cast;
  return duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

int run_store_check(Context& context, const std::string& file, const StorePlace& place,
                    const std::string& output) {
  start_logging("off", "");
  if (!file.empty()) {
    const auto check = check_store(file);
    return check ? show_check(context, file, *check, output) : fail(context, check.error());
  }
  const auto store = lock_store(place);
  if (!store) {
    Error error = store.error();
    if (error.code == "AlreadyRunning")
      error.message += ". To check a store in use, back it up: `berth store backup FILE` checks "
                       "what it wrote";
    return fail(context, error);
  }
  const auto check = check_store(store->file);
  if (!check) return fail(context, check.error());
  note_older_file(context, store->file, check->facts);
  return show_check(context, store->file.string(), *check, output);
}

int run_store_backup(Context& context, const std::string& file, const StorePlace& place,
                     const std::string& output) {
  start_logging("off", "");
  NewFile target(file);
  if (const auto free = target.check_is_free(); !free) return fail(context, free.error());
  const bool is_stopped = !place.state_dir.empty() || !place.config.empty();
  const auto copied = is_stopped ? copy_stopped_store(place, target.partial())
                                 : download_store(context, target.partial());
  if (!copied) return fail(context, copied.error());
  const auto check = check_backup(target.partial());
  if (!check) return fail(context, check.error());
  if (const auto kept = target.keep(); !kept) return fail(context, kept.error());
  if (!show_exactly(context, output, facts_json(file, check->facts)))
    context.console.line(file + ": " + facts_text(check->facts));
  return kExitGood;
}

int run_store_restore(Context& context, const std::string& file, const StorePlace& place,
                      const std::string& output) {
  start_logging("off", "");
  const auto store = lock_store(place);
  if (!store) return fail(context, store.error());
  const auto restored = restore_store(file, store->file, now_ms());
  if (!restored) return fail(context, restored.error());
  Json all = facts_json(store->file.string(), restored->facts);
  all["held"] = restored->held;
  all["kept"] = restored->kept.string();
  if (show_exactly(context, output, all)) return kExitGood;
  context.console.line(store->file.string() + ": " + facts_text(restored->facts));
  if (!restored->kept.empty())
    context.console.line("what was there before is kept: " + restored->kept.string());
  context.console.line("epoch " + std::to_string(restored->facts.mark.epoch) + " begins; " +
                       std::to_string(restored->held) + " unfinished jobs are held.");
  context.console.line(
      "Now start berthd, and look at `berth strays` (what still runs from before) and at\n"
      "`berth jobs`: `berth resume JOB` lets a job run (again), `berth kill JOB` ends it.");
  return kExitGood;
}

}  // namespace berth
