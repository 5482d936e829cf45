#include "plugins/quarantine.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include "base/log.hpp"

namespace berth {

Quarantine::Quarantine(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream from(file_);
  std::string sha256;
  Entry entry;
  while (from >> sha256 >> entry.deaths >> entry.while_loading >> entry.changed_ns) {
    entries_[sha256] = entry;
  }
}

void Quarantine::take_in(const std::vector<LastWords>& last_words) {
  std::set<std::string> named;
  for (const LastWords& last : last_words) {
    if (!named.insert(last.sha256).second) continue;
    Entry& entry = entries_[last.sha256];
    entry.deaths = std::min(kEnough, entry.deaths + (last.crashed ? kEnough : 1));
    entry.while_loading = entry.while_loading || last.plugin.empty();
    log_warning("plugin_ran_at_death", {{"plugin", last.plugin},
                                        {"instance", last.instance},
                                        {"sha256", last.sha256},
                                        {"crashed", last.crashed ? "yes" : "no"},
                                        {"signal", last.signal},
                                        {"quarantined", entry.deaths < kEnough ? "no" : "yes"}});
  }
  // Suspicion needs two deaths in a row.
  std::erase_if(entries_, [&](const auto& entry) {
    return entry.second.deaths < kEnough && !named.contains(entry.first);
  });
}

Confinement Quarantine::of(const std::string& sha256, std::int64_t changed_ns) {
  const auto found = entries_.find(sha256);
  if (found == entries_.end()) return Confinement::kNone;
  Entry& entry = found->second;
  if (entry.changed_ns != 0 && entry.changed_ns != changed_ns) {
    log_info("plugin_released_from_quarantine", {{"sha256", sha256}});
    entries_.erase(found);
    return Confinement::kNone;
  }
  entry.changed_ns = changed_ns;
  entry.is_there = true;
  if (entry.deaths < kEnough) return Confinement::kNone;
  return entry.while_loading ? Confinement::kUnloaded : Confinement::kIdle;
}

void Quarantine::save() const {
  const std::filesystem::path half = file_.string() + ".half";
  std::ofstream to(half, std::ios::trunc);
  for (const auto& [sha256, entry] : entries_) {
    if (!entry.is_there) continue;
    to << sha256 << ' ' << entry.deaths << ' ' << entry.while_loading << ' ' << entry.changed_ns
       << '\n';
  }
  to.close();
  std::error_code failed;
  std::filesystem::rename(half, file_, failed);
  if (!to || failed)
    log_warning("quarantine_not_saved", {{"file", file_.string()}, {"why", failed.message()}});
}

}  // namespace berth
