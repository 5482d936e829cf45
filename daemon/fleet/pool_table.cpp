#include "fleet/pool_table.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

constexpr std::size_t kDiscoveredMax = 1000;  // of one cluster
constexpr std::size_t kShownBytes = 80;

// Groups of a gang, the hardest to place first.
std::vector<const Group*> hardest_first(const std::vector<Group>& groups) {
  std::vector<const Group*> order;
  for (const Group& group : groups) order.push_back(&group);
  std::stable_sort(order.begin(), order.end(), [](const Group* a, const Group* b) {
    return std::tie(a->gpu_milli, a->memory_bytes, a->cpu_milli) >
           std::tie(b->gpu_milli, b->memory_bytes, b->cpu_milli);
  });
  return order;
}

bool takes_sku(const Group& group, const std::string& sku) {
  if (group.skus.empty()) return true;
  return std::find(group.skus.begin(), group.skus.end(), sku) != group.skus.end();
}

Amounts sum(const std::vector<Group>& groups) {
  Amounts total;
  for (const Group& group : groups) {
    total.cpu_milli += group.count * group.cpu_milli;
    total.memory_bytes += group.count * group.memory_bytes;
    total.gpu_milli += group.count * group.gpu_milli;
  }
  return total;
}

void add(Amounts& to, const Amounts& amounts, std::int64_t times = 1) {
  to.cpu_milli += times * amounts.cpu_milli;
  to.memory_bytes += times * amounts.memory_bytes;
  to.gpu_milli += times * amounts.gpu_milli;
}

bool fits(const Amounts& want, const Amounts& have) {
  return want.cpu_milli <= have.cpu_milli && want.memory_bytes <= have.memory_bytes &&
         want.gpu_milli <= have.gpu_milli;
}

std::vector<berth_label> interned_labels(const ClusterSetting* cluster, const PoolSetting& pool,
                                         Interns& interns) {
  std::map<std::string, std::string> merged = pool.labels;
  if (cluster != nullptr) merged.insert(cluster->labels.begin(), cluster->labels.end());
  std::vector<berth_label> labels;
  for (const auto& [key, value] : merged) labels.push_back({interns.add(key), interns.add(value)});
  std::sort(labels.begin(), labels.end(),
            [](const berth_label& a, const berth_label& b) { return a.key < b.key; });
  return labels;
}

}  // namespace

// A member's share of a node; node -1: no single node had the room, only the pool as a whole.
struct PoolTable::Holding {
  struct Seat {
    int node;
    Amounts amounts;
  };
  Pool* pool;
  std::vector<Group> groups;
  std::vector<Seat> seats;
};

struct PoolTable::Pool {
  struct Node {
    int shape;
    Amounts free;
  };
  int index = 0;
  PoolSetting setting;
  PoolOrigin origin = PoolOrigin::kSite;
  std::vector<ReportedShape> shapes;
  ReportedBound at_most;
  std::vector<Node> nodes;
  Amounts unseated;  // held, but on no node in particular
  Amounts held;
  int attempts = 0;

  std::vector<berth_label> labels;
  std::vector<berth_id> formats;
  std::vector<berth_node_shape> shape_records;
  std::vector<std::vector<berth_room>> rooms;

  Amounts capacity() const {
    Amounts total;
    for (const ReportedShape& shape : shapes)
      add(total, {shape.cpu_milli, shape.memory_bytes, shape.gpu_milli}, shape.nodes);
    return {std::min(total.cpu_milli, at_most.cpu_milli),
            std::min(total.memory_bytes, at_most.memory_bytes),
            std::min(total.gpu_milli, at_most.gpu_milli)};
  }
  Amounts free() const {
    Amounts total;
    for (const Node& node : nodes) add(total, node.free);
    add(total, unseated, -1);
    return {std::max<std::int64_t>(0, total.cpu_milli),
            std::max<std::int64_t>(0, total.memory_bytes),
            std::max<std::int64_t>(0, total.gpu_milli)};
  }
};

PoolTable::PoolTable(const Site& site, Interns& interns) : interns_(interns) {
  for (const OwnerSetting& owner : site.owners) owners_.push_back(owner.name);
  for (const ClusterSetting& cluster : site.clusters) {
    if (cluster.discover_pools) discovering_[cluster.name] = cluster;
  }
  for (const PoolSetting& setting : site.pools) include(setting, site.cluster(setting.cluster));
  number_anew();
}

PoolTable::~PoolTable() = default;

PoolTable::Pool& PoolTable::include(PoolSetting setting, const ClusterSetting* cluster) {
  auto pool = std::make_unique<Pool>();
  pool->index = size();
  pool->setting = std::move(setting);
  berth_pool& record = records_.emplace_back();
  record.size = sizeof record;
  record.name = interns_.add(pool->setting.name);
  record.cluster = interns_.add(pool->setting.cluster);
  record.region = interns_.add(cluster != nullptr ? cluster->region : "");
  record.zone = interns_.add(cluster != nullptr ? cluster->zone : "");
  record.cluster_state = BERTH_CLUSTER_OFFLINE;
  pools_.push_back(std::move(pool));
  describe(*pools_.back(), cluster);
  return *pools_.back();
}

// What a report may change of a pool beside its room.
void PoolTable::describe(Pool& pool, const ClusterSetting* cluster) {
  pool.labels = interned_labels(cluster, pool.setting, interns_);
  berth_pool& record = records_[pool.index];
  record.owner = interns_.add(pool.setting.owner);
  record.flags = pool.setting.owner.empty() ? BERTH_POOL_SHARED : 0;
  record.price = pool.setting.price;
}

// Pools have come or gone: numbers follow the order of names again.
void PoolTable::number_anew() {
  std::sort(pools_.begin(), pools_.end(),
            [](const auto& a, const auto& b) { return a->setting.name < b->setting.name; });
  const std::vector<berth_pool> records = std::exchange(records_, {});
  index_.clear();
  for (auto& [owner, pools] : by_owner_) pools.clear();
  for (const auto& pool : pools_) {
    const int index = static_cast<int>(records_.size());
    records_.push_back(records[pool->index]);
    pool->index = index;
    index_[pool->setting.name] = index;
    if (pool->origin != PoolOrigin::kVanished) by_owner_[pool->setting.owner].push_back(index);
  }
  for (int index = 0; index < size(); ++index) refresh(index);
  numbered_at_ = ledger_version_;
}

bool PoolTable::expect(const std::string& cluster, const std::string& pool) {
  if (const int index = index_of(pool); index >= 0) return pools_[index]->setting.cluster == cluster;
  const auto discovering = discovering_.find(cluster);
  if (discovering == discovering_.end()) return false;
  PoolSetting setting;
  setting.name = pool;
  setting.cluster = cluster;
  include(std::move(setting), &discovering->second).origin = PoolOrigin::kVanished;
  number_anew();
  ++view_version_;
  return true;
}

// Empty: it may be taken.
std::string PoolTable::why_not(const ReportedPool& report, const std::string& cluster) const {
  const std::string pool = "pool \"" + clean_utf8(report.name, kShownBytes) + "\": ";
  if (!is_name(report.name)) return pool + "its name is no name of a pool";
  const int index = index_of(report.name);
  if (index >= 0 && pools_[index]->setting.cluster != cluster)
    return pool + "cluster " + pools_[index]->setting.cluster + " has one of that name already";
  const std::string& owner = report.owner;
  if (owner.empty() || std::find(owners_.begin(), owners_.end(), owner) != owners_.end()) return {};
  const auto near = nearest(owner, owners_);
  return pool + "the site has no owner \"" + clean_utf8(owner, kShownBytes) + "\"" +
         (near ? "; nearest: \"" + *near + "\"" : "");
}

// True: pools must be numbered anew.
bool PoolTable::take_discovered(const ReportedPool& report, const ClusterSetting& cluster) {
  PoolSetting setting;
  setting.name = report.name;
  setting.cluster = cluster.name;
  setting.owner = report.owner;
  setting.labels = report.labels;
  const int index = index_of(report.name);
  if (index < 0) {
    include(std::move(setting), &cluster).origin = PoolOrigin::kDiscovered;
    return true;
  }
  Pool& pool = *pools_[index];
  const bool is_moved =
      pool.origin != PoolOrigin::kDiscovered || pool.setting.owner != setting.owner;
  pool.origin = PoolOrigin::kDiscovered;
  pool.setting = std::move(setting);
  describe(pool, &cluster);
  return is_moved;
}

// No new jobs come here; those that are here keep what they hold.
void PoolTable::let_vanish(Pool& pool) {
  pool.origin = PoolOrigin::kVanished;
  pool.shapes.clear();
  pool.nodes.clear();
  seat_anew(pool);
}

void PoolTable::discover(const ClusterSetting& cluster, const std::vector<ReportedPool>& reported,
                         std::vector<std::string>& remarks) {
  std::set<std::string> taken;
  bool is_moved = false;
  for (const ReportedPool& report : reported) {
    const int index = index_of(report.name);
    const bool is_of_the_site = index >= 0 && pools_[index]->origin == PoolOrigin::kSite;
    if (!report.discovered || is_of_the_site || taken.count(report.name) > 0) continue;
    if (taken.size() == kDiscoveredMax) {
      remarks.push_back("more than " + std::to_string(kDiscoveredMax) +
                        " pools are reported; the others are left out");
      break;
    }
    std::string why = why_not(report, cluster.name);
    if (!why.empty()) {
      remarks.push_back(std::move(why));
      continue;
    }
    is_moved = take_discovered(report, cluster) || is_moved;
    taken.insert(report.name);
  }
  for (const auto& pool : pools_) {
    const bool is_missed = pool->origin == PoolOrigin::kDiscovered &&
                           pool->setting.cluster == cluster.name &&
                           taken.count(pool->setting.name) == 0;
    if (is_missed) let_vanish(*pool);
    is_moved = is_moved || is_missed;
  }
  const auto gone = std::erase_if(pools_, [](const auto& pool) {
    return pool->origin == PoolOrigin::kVanished && pool->attempts == 0;
  });
  if (is_moved || gone > 0) number_anew();
}

std::vector<std::string> PoolTable::report(const std::string& cluster,
                                           const std::vector<ReportedPool>& reported,
                                           const std::vector<std::string>& formats) {
  std::vector<std::string> remarks;
  const auto discovering = discovering_.find(cluster);
  if (discovering != discovering_.end()) discover(discovering->second, reported, remarks);
  for (const ReportedPool& report : reported) {
    const int index = index_of(report.name);
    if (index < 0 || pools_[index]->setting.cluster != cluster) continue;
    Pool& pool = *pools_[index];
    if (pool.origin == PoolOrigin::kVanished) continue;
    pool.shapes = report.shapes;
    pool.at_most = report.at_most;
    pool.formats.clear();
    for (const std::string& format : formats) pool.formats.push_back(interns_.add(format));
    pool.nodes.clear();
    for (int shape = 0; shape < static_cast<int>(pool.shapes.size()); ++shape) {
      interns_.add(pool.shapes[shape].sku);
      for (const ReportedRoom& room : pool.shapes[shape].rooms) {
        pool.nodes.insert(pool.nodes.end(), static_cast<std::size_t>(room.nodes),
                          {shape, {room.cpu_milli, room.memory_bytes, room.gpu_milli}});
      }
    }
    seat_anew(pool);
    refresh(index);
  }
  ++view_version_;
  ++openings_;
  return remarks;
}

// Its nodes are others now: whoever holds some of it is seated on them.
void PoolTable::seat_anew(Pool& pool) {
  pool.unseated = {};
  for (auto& [key, holding] : holdings_) {
    if (holding->pool == &pool) place(pool, *holding);
  }
}

void PoolTable::set_cluster_state(const std::string& cluster, berth_cluster_state state) {
  bool changed = false;
  for (int index = 0; index < size(); ++index) {
    berth_cluster_state& shown = records_[index].cluster_state;
    if (pools_[index]->setting.cluster != cluster || shown == state) continue;
    shown = state;
    changed = true;
  }
  if (!changed) return;
  ++view_version_;
  ++openings_;
}

bool PoolTable::take(const AttemptKey& key, int index, const std::vector<Group>& groups,
                     bool by_force) {
  Pool& pool = *pools_[index];
  const Amounts wanted = sum(groups);
  if (!by_force && !fits(wanted, pool.free())) return false;
  auto holding = std::make_unique<Holding>();
  holding->pool = &pool;
  holding->groups = groups;
  place(pool, *holding);
  add(pool.held, wanted);
  ++pool.attempts;
  holdings_[key] = std::move(holding);
  note_change(index);
  return true;
}

void PoolTable::give_back(const AttemptKey& key) {
  const auto found = holdings_.find(key);
  if (found == holdings_.end()) return;
  const Holding& holding = *found->second;
  Pool& pool = *holding.pool;
  for (const Holding::Seat& seat : holding.seats) {
    if (seat.node >= 0) {
      add(pool.nodes[seat.node].free, seat.amounts);
    } else {
      add(pool.unseated, seat.amounts, -1);
    }
  }
  add(pool.held, sum(holding.groups), -1);
  --pool.attempts;
  holdings_.erase(found);
  ++openings_;
  note_change(pool.index);
}

void PoolTable::note_change(int index) {
  changed_[ledger_version_++ % changed_.size()] = index;
  refresh(index);
}

// Each member goes to the node it fills best, hardest members first.
void PoolTable::place(Pool& pool, Holding& holding) {
  holding.seats.clear();
  for (const Group* group : hardest_first(holding.groups)) {
    const Amounts want{group->cpu_milli, group->memory_bytes, group->gpu_milli};
    for (std::int64_t member = 0; member < group->count; ++member) {
      int best = -1;
      for (int i = 0; i < static_cast<int>(pool.nodes.size()); ++i) {
        const Pool::Node& node = pool.nodes[i];
        if (!fits(want, node.free) || !takes_sku(*group, pool.shapes[node.shape].sku)) continue;
        const auto left = [&](int at) {
          const Amounts& free = pool.nodes[at].free;
          return std::tie(free.gpu_milli, free.memory_bytes, free.cpu_milli);
        };
        if (best < 0 || left(i) < left(best)) best = i;
      }
      if (best >= 0) {
        add(pool.nodes[best].free, want, -1);
      } else {
        add(pool.unseated, want);
      }
      holding.seats.push_back({best, want});
    }
  }
}

// Brings the record in step with the nodes.
void PoolTable::refresh(int index) {
  Pool& pool = *pools_[index];
  pool.rooms.assign(pool.shapes.size(), {});
  for (const Pool::Node& node : pool.nodes) {
    std::vector<berth_room>& rooms = pool.rooms[node.shape];
    const auto equal = std::find_if(rooms.begin(), rooms.end(), [&](const berth_room& room) {
      return room.cpu_milli == node.free.cpu_milli && room.gpu_milli == node.free.gpu_milli &&
             room.memory_bytes == node.free.memory_bytes;
    });
    if (equal != rooms.end()) {
      ++equal->nodes;
    } else {
      rooms.push_back({1, node.free.cpu_milli, node.free.memory_bytes, node.free.gpu_milli});
    }
  }
  pool.shape_records.clear();
  for (std::size_t i = 0; i < pool.shapes.size(); ++i) {
    const ReportedShape& shape = pool.shapes[i];
    pool.shape_records.push_back({sizeof(berth_node_shape), interns_.look_up(shape.sku),
                                  static_cast<std::uint32_t>(shape.nodes), shape.cpu_milli,
                                  shape.memory_bytes, shape.gpu_milli, pool.rooms[i].data(),
                                  pool.rooms[i].size()});
  }
  berth_pool& record = records_[index];
  record.labels = pool.labels.data();
  record.label_count = pool.labels.size();
  record.formats = pool.formats.data();
  record.format_count = pool.formats.size();
  record.shapes = pool.shape_records.data();
  record.shape_count = pool.shape_records.size();
  record.shape_stride = sizeof(berth_node_shape);
  const Amounts capacity = pool.capacity();
  const Amounts free = pool.free();
  record.cpu_capacity_milli = capacity.cpu_milli;
  record.memory_capacity_bytes = capacity.memory_bytes;
  record.gpu_capacity_milli = capacity.gpu_milli;
  record.cpu_free_milli = free.cpu_milli;
  record.memory_free_bytes = free.memory_bytes;
  record.gpu_free_milli = free.gpu_milli;
}

int PoolTable::index_of(const std::string& pool) const {
  const auto found = index_.find(pool);
  return found == index_.end() ? -1 : found->second;
}

const PoolSetting& PoolTable::setting(int pool) const { return pools_[pool]->setting; }

const std::vector<int>& PoolTable::owned_by(const std::string& owner) const {
  static const std::vector<int> kNone;
  const auto found = by_owner_.find(owner);
  return found == by_owner_.end() ? kNone : found->second;
}

std::vector<PoolView> PoolTable::views() const {
  std::vector<PoolView> views;
  for (const auto& pool : pools_) {
    if (pool->origin == PoolOrigin::kVanished && pool->attempts == 0) continue;
    PoolView view;
    view.name = pool->setting.name;
    view.origin = pool->origin;
    view.cluster = pool->setting.cluster;
    view.owner = pool->setting.owner;
    view.labels = pool->setting.labels;
    view.price = pool->setting.price;
    for (const ReportedShape& shape : pool->shapes) {
      view.shapes.push_back(
          {shape.sku, shape.nodes, shape.cpu_milli, shape.memory_bytes, shape.gpu_milli});
    }
    view.capacity = pool->capacity();
    view.free = pool->free();
    view.held = pool->held;
    view.attempts = pool->attempts;
    views.push_back(std::move(view));
  }
  return views;
}

int PoolTable::attempts_on(const std::string& cluster) const {
  int count = 0;
  for (const auto& pool : pools_) {
    if (pool->setting.cluster == cluster) count += pool->attempts;
  }
  return count;
}

}  // namespace berth
