// Admits a gang when every member has a place on one node: eight GPUs free on eight nodes do not
// serve a member that needs eight.
#include <algorithm>
#include <berth/filter.hpp>
#include <vector>

#include "packing.hpp"

namespace {

using berth::node_fit::members_on;
using berth::node_fit::Packing;
using berth::node_fit::Size;
using berth::node_fit::size_of;

struct NodeFit {
  std::vector<berth::name> special;
  static constexpr std::tuple options{berth::option{
      "special", &NodeFit::special,
      "GPU models that only jobs which ask for them by name may use; as for gpu_sku", ""}};

  enum why : std::uint16_t {
    no_such_node = 1,
    node_gpu_too_small,
    node_cpu_too_small,
    node_memory_too_small,
    no_node_has_all,
    too_few_nodes,
    no_node_free,
    no_room
  };
  static constexpr berth::reason reasons[] = {
      {no_such_node, "NoSuchNode", "has no node that a worker which needs {want} gpu may use",
       berth::never},
      {node_gpu_too_small, "NodeGpuTooSmall",
       "needs {want} gpu on one node, largest node has {have}", berth::never},
      {node_cpu_too_small, "NodeCpuTooSmall",
       "needs {want} cpu on one node, largest node has {have}", berth::never},
      {node_memory_too_small, "NodeMemoryTooSmall",
       "needs {want} of memory on one node, largest node has {have}", berth::never},
      {no_node_has_all, "NoNodeHasAll",
       "no node has the cpu, memory and gpu of one worker together", berth::never},
      {too_few_nodes, "TooFewNodes",
       "needs places for {want} workers, nodes have {have} when all are free", berth::never},
      {no_node_free, "NoNodeFree", "needs {want} gpu on one node, most free on one node is {have}",
       berth::not_now},
      {no_room, "NoRoomOnNodes", "free nodes have places for {have} of {want} workers",
       berth::not_now}};

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) {
    if (pool.shapes().empty()) return berth::fits;  // a pool of totals: `capacity` judges it
    for (berth::Group group : job.groups()) {
      const berth::verdict answer = check_empty_nodes(group, pool);
      if (!answer.is_fit()) return answer;
    }
    return pack(job, pool);
  }

 private:
  bool may_use(const berth::Group& group, berth::name sku) const {
    if (!group.skus().empty()) return sku && group.skus().contains(sku);
    if (group.gpu() <= berth::milli(0)) return true;
    return std::find(special.begin(), special.end(), sku) == special.end();
  }

  // Whether the nodes could hold the group if nothing else ran there.
  berth::verdict check_empty_nodes(const berth::Group& group, const berth::Pool& pool) const {
    const Size member = size_of(group);
    Size largest;
    bool any = false;
    std::int64_t places = 0;
    for (berth::NodeShape shape : pool.shapes()) {
      if (!may_use(group, shape.sku())) continue;
      const Size node = size_of(shape);
      any = true;
      largest.gpu_milli = std::max(largest.gpu_milli, node.gpu_milli);
      largest.cpu_milli = std::max(largest.cpu_milli, node.cpu_milli);
      largest.memory_bytes = std::max(largest.memory_bytes, node.memory_bytes);
      places += places_on(shape, member, group.count() - places);
    }
    if (!any) return {no_such_node, group.gpu()};
    if (places >= group.count()) return berth::fits;
    if (places > 0) return {too_few_nodes, group.count(), places};
    return too_small(member, largest);
  }

  // Places for members on all nodes of a shape, at most `wanted`.
  static std::int64_t places_on(const berth::NodeShape& shape, const Size& member,
                                std::int64_t wanted) {
    if (wanted <= 0) return 0;
    const std::int64_t each = members_on(size_of(shape), member, wanted);
    if (each == 0) return 0;
    const std::int64_t nodes_needed = (wanted - 1) / each + 1;
    return shape.nodes() >= nodes_needed ? wanted : shape.nodes() * each;
  }

  static berth::verdict too_small(const Size& member, const Size& largest) {
    using berth::bytes;
    using berth::milli;
    if (member.gpu_milli > largest.gpu_milli) {
      return {node_gpu_too_small, milli(member.gpu_milli), milli(largest.gpu_milli)};
    }
    if (member.cpu_milli > largest.cpu_milli) {
      return {node_cpu_too_small, milli(member.cpu_milli), milli(largest.cpu_milli)};
    }
    if (member.memory_bytes > largest.memory_bytes) {
      return {node_memory_too_small, bytes(member.memory_bytes), bytes(largest.memory_bytes)};
    }
    return no_node_has_all;
  }

  // First fit, largest members first: each group finds what the ones before it left.
  berth::verdict pack(const berth::Job& job, const berth::Pool& pool) {
    largest_first_.clear();
    for (berth::Group group : job.groups()) largest_first_.push_back(group);
    std::sort(largest_first_.begin(), largest_first_.end(),
              [](const berth::Group& a, const berth::Group& b) {
                return berth::node_fit::is_smaller(size_of(b), size_of(a));
              });
    packing_.begin(pool);
    for (const berth::Group& group : largest_first_) {
      const auto allows = [&](berth::name sku) { return may_use(group, sku); };
      const std::int64_t placed = packing_.place(size_of(group), group.count(), allows);
      if (placed < group.count()) return no_room_for(group, placed, pool);
    }
    return berth::fits;
  }

  berth::verdict no_room_for(const berth::Group& group, std::int64_t placed,
                             const berth::Pool& pool) const {
    berth::milli most_free;
    for (berth::NodeShape shape : pool.shapes()) {
      if (!may_use(group, shape.sku())) continue;
      for (const berth_room& room : shape.rooms()) {
        if (room.nodes > 0) most_free = std::max(most_free, berth::milli(room.gpu_milli));
      }
    }
    if (group.gpu() > most_free) return {no_node_free, group.gpu(), most_free};
    return {no_room, group.count(), placed};
  }

  // Scratch space, kept between calls.
  std::vector<berth::Group> largest_first_;
  Packing packing_;
};

}  // namespace

BERTH_MODULE(berth::define_filter<NodeFit>("node_fit", "1.0.0",
                                           "Every member of the gang has a place on one node"))
