#include "fleet/pool_table.hpp"

#include <algorithm>
#include <tuple>

namespace berth {
namespace {

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
  int pool;
  std::vector<Group> groups;
  std::vector<Seat> seats;
};

struct PoolTable::Pool {
  struct Node {
    int shape;
    Amounts free;
  };
  PoolSetting setting;
  std::vector<ReportedShape> shapes;
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
    return total;
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
  std::vector<PoolSetting> settings = site.pools;
  std::sort(settings.begin(), settings.end(),
            [](const PoolSetting& a, const PoolSetting& b) { return a.name < b.name; });
  records_.resize(settings.size());
  for (PoolSetting& setting : settings) {
    const int index = size();
    auto pool = std::make_unique<Pool>();
    const ClusterSetting* cluster = site.cluster(setting.cluster);
    pool->labels = interned_labels(cluster, setting, interns_);
    berth_pool& record = records_[index];
    record.size = sizeof record;
    record.name = interns_.add(setting.name);
    record.cluster = interns_.add(setting.cluster);
    record.owner = interns_.add(setting.owner);
    record.region = interns_.add(cluster != nullptr ? cluster->region : "");
    record.zone = interns_.add(cluster != nullptr ? cluster->zone : "");
    record.cluster_state = BERTH_CLUSTER_OFFLINE;
    record.flags = setting.owner.empty() ? BERTH_POOL_SHARED : 0;
    record.price = setting.price;
    index_[setting.name] = index;
    by_owner_[setting.owner].push_back(index);
    pool->setting = std::move(setting);
    pools_.push_back(std::move(pool));
    refresh(index);
  }
}

PoolTable::~PoolTable() = default;

void PoolTable::report(const std::string& cluster, const std::vector<ReportedPool>& reported,
                       const std::vector<std::string>& formats) {
  for (const ReportedPool& report : reported) {
    const int index = index_of(report.name);
    if (index < 0 || pools_[index]->setting.cluster != cluster) continue;
    Pool& pool = *pools_[index];
    pool.shapes = report.shapes;
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
    pool.unseated = {};
    for (auto& [key, holding] : holdings_) {
      if (holding->pool == index) place(pool, *holding);
    }
    refresh(index);
  }
  ++view_version_;
  ++openings_;
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
  holding->pool = index;
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
  const int index = holding.pool;
  Pool& pool = *pools_[index];
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
  note_change(index);
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
    PoolView view;
    view.name = pool->setting.name;
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
