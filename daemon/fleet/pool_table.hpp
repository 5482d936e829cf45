// Every pool of the site as a decision sees it, and the ledger of what is placed there. A placement
// takes its room at once: this table, not an older report, decides the next one.
#pragma once

#include <berth/abi.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "fleet/views.hpp"
#include "model/job_class.hpp"
#include "plugins/backend.hpp"
#include "plugins/intern.hpp"

namespace berth {

class PoolTable {
 public:
  PoolTable(const Site& site, Interns& interns);
  ~PoolTable();
  PoolTable(const PoolTable&) = delete;
  PoolTable& operator=(const PoolTable&) = delete;

  // What a cluster says its pools have. Pools that the site does not name are left out, unless it
  // lets the cluster discover some: those come, change and go with what is reported. Gives what is
  // wrong with the discovered ones that were not taken, in words. [loop]
  std::vector<std::string> report(const std::string& cluster,
                                  const std::vector<ReportedPool>& pools,
                                  const std::vector<std::string>& formats);
  // After a restart: jobs are in this pool, which its cluster had discovered and will hardly have
  // reported again yet. False: the cluster is not one that discovers pools, or somebody else has the
  // name.
  bool expect(const std::string& cluster, const std::string& pool);
  void set_cluster_state(const std::string& cluster, berth_cluster_state state);

  // Takes room for a whole gang. False: the pool has not that much free in total; nothing was taken.
  // `by_force` takes it all the same, for what is known to run there already.
  bool take(const AttemptKey& key, int pool, const std::vector<Group>& groups,
            bool by_force = false);
  // Gives back what `key` holds; nothing when it holds nothing.
  void give_back(const AttemptKey& key);
  bool holds(const AttemptKey& key) const { return holdings_.count(key) > 0; }

  int size() const { return static_cast<int>(pools_.size()); }
  int index_of(const std::string& pool) const;  // -1: no such pool
  const PoolSetting& setting(int pool) const;
  // Its content holds until the next change of this table; where it lies and the numbers of pools,
  // until pools are reported or expected.
  const berth_pool& record(int pool) const { return records_[pool]; }
  // Pools of one owner ("" for the shared ones) that take jobs, in the order of names.
  const std::vector<int>& owned_by(const std::string& owner) const;

  std::int64_t view_version() const { return view_version_; }
  std::int64_t ledger_version() const { return ledger_version_; }
  // Which pool each change of the ledger was about, from version to version + 1; of the last ones.
  bool remembers_since(std::int64_t version) const {
    return version >= numbered_at_ &&
           ledger_version_ - version <= static_cast<std::int64_t>(changed_.size());
  }
  int changed_pool(std::int64_t version) const { return changed_[version % changed_.size()]; }
  // Rises whenever a job refused before might now be taken: room given back, pools changed.
  std::int64_t openings() const { return openings_; }

  std::vector<PoolView> views() const;
  int attempts_on(const std::string& cluster) const;

 private:
  struct Pool;
  struct Holding;

  Pool& include(PoolSetting setting, const ClusterSetting* cluster);
  void describe(Pool& pool, const ClusterSetting* cluster);
  void number_anew();
  void discover(const ClusterSetting& cluster, const std::vector<ReportedPool>& reported,
                std::vector<std::string>& remarks);
  std::string why_not(const ReportedPool& report, const std::string& cluster) const;
  bool take_discovered(const ReportedPool& report, const ClusterSetting& cluster);
  void let_vanish(Pool& pool);
  void seat_anew(Pool& pool);
  void place(Pool& pool, Holding& holding);
  void refresh(int index);
  void note_change(int index);

  Interns& interns_;
  std::vector<std::string> owners_;
  std::map<std::string, ClusterSetting> discovering_;  // clusters that may, by name
  std::vector<std::unique_ptr<Pool>> pools_;  // in the order of names
  std::vector<berth_pool> records_;           // of the same, side by side for those who read them all
  std::array<int, 4096> changed_{};           // by the ledger, the last ones, round and round
  std::int64_t numbered_at_ = 0;              // version of the ledger; earlier numbers mean others
  std::map<std::string, int> index_;
  std::map<std::string, std::vector<int>> by_owner_;
  std::map<AttemptKey, std::unique_ptr<Holding>> holdings_;
  std::int64_t view_version_ = 0;
  std::int64_t ledger_version_ = 0;
  std::int64_t openings_ = 0;
};

}  // namespace berth
