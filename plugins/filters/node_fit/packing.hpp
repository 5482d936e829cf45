// Puts the members of a gang onto nodes.
#pragma once

#include <algorithm>
#include <berth/types.hpp>
#include <cstdint>
#include <vector>

namespace berth::node_fit {

// What one node offers or one member needs.
struct Size {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
};

inline Size size_of(const Group& group) {
  return {group.cpu().value(), group.memory().value(), group.gpu().value()};
}
inline Size size_of(const NodeShape& shape) {
  return {shape.cpu().value(), shape.memory().value(), shape.gpu().value()};
}
inline Size size_of(const berth_room& room) {
  return {room.cpu_milli, room.memory_bytes, room.gpu_milli};
}

// GPUs first: they are what is hard to place.
inline bool is_smaller(const Size& a, const Size& b) {
  if (a.gpu_milli != b.gpu_milli) return a.gpu_milli < b.gpu_milli;
  if (a.cpu_milli != b.cpu_milli) return a.cpu_milli < b.cpu_milli;
  return a.memory_bytes < b.memory_bytes;
}

// How many members fit one node, at most `most`.
inline std::int64_t members_on(const Size& node, const Size& member, std::int64_t most) {
  const auto at_most = [&most](std::int64_t free, std::int64_t needed) {
    if (needed > 0) most = std::min(most, std::max<std::int64_t>(free, 0) / needed);
  };
  at_most(node.gpu_milli, member.gpu_milli);
  at_most(node.cpu_milli, member.cpu_milli);
  at_most(node.memory_bytes, member.memory_bytes);
  return most;
}

// Equal nodes of a pool, as they fill up during one decision.
struct Room {
  name sku;
  std::int64_t nodes = 0;
  Size free;
};

// First fit: members go to the first node with room, the tightest nodes coming first, so that a
// head without GPUs does not sit on a GPU node while there is another. Used again for each pool, so
// that the hot path allocates nothing once it is warm.
class Packing {
 public:
  // Begins with a pool's free room.
  void begin(const Pool& pool) {
    rooms_.clear();
    for (NodeShape shape : pool.shapes()) {
      for (const berth_room& room : shape.rooms()) {
        rooms_.push_back({shape.sku(), static_cast<std::int64_t>(room.nodes), size_of(room)});
      }
    }
  }

  // Places up to `count` members on nodes that `allows(sku)`; returns how many found a place.
  template <typename Allows>
  std::int64_t place(const Size& member, std::int64_t count, Allows allows) {
    std::sort(rooms_.begin(), rooms_.end(),
              [](const Room& a, const Room& b) { return is_smaller(a.free, b.free); });
    std::int64_t left = count;
    const std::size_t rooms = rooms_.size();
    for (std::size_t i = 0; i < rooms && left > 0; ++i) {
      if (allows(rooms_[i].sku)) left -= fill(i, member, left);
    }
    return count - left;
  }

 private:
  // Puts as many members as it can into one room's nodes, node by node.
  std::int64_t fill(std::size_t index, const Size& member, std::int64_t wanted) {
    const std::int64_t each = members_on(rooms_[index].free, member, wanted);
    if (each == 0) return 0;
    const std::int64_t full_nodes = std::min(rooms_[index].nodes, wanted / each);
    const std::int64_t rest = full_nodes < rooms_[index].nodes ? wanted - full_nodes * each : 0;
    take(index, full_nodes, member, each);
    if (rest > 0) take(index, 1, member, rest);
    return full_nodes * each + rest;
  }

  // Takes the room of `members` from each of `nodes` nodes, which then are a room of their own.
  void take(std::size_t index, std::int64_t nodes, const Size& member, std::int64_t members) {
    Room taken = rooms_[index];
    rooms_[index].nodes -= nodes;
    taken.nodes = nodes;
    taken.free.cpu_milli -= member.cpu_milli * members;
    taken.free.memory_bytes -= member.memory_bytes * members;
    taken.free.gpu_milli -= member.gpu_milli * members;
    rooms_.push_back(taken);
  }

  std::vector<Room> rooms_;
};

}  // namespace berth::node_fit
