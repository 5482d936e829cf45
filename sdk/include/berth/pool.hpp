// A pool of a decision, as a filter or scorer sees it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/name.hpp"
#include "berth/quantity.hpp"
#include "berth/records.hpp"

namespace berth::inline v1 {

// Nodes of one kind. Amounts are of one node. Borrowed for the call. [any]
class NodeShape {
 public:
  NodeShape(const berth_node_shape* record, const berth_host*) : record_(record) {}

  name sku() const { return name(record_->sku); }  // absent on nodes without GPUs
  std::int64_t nodes() const { return record_->nodes; }
  milli cpu() const { return milli(record_->cpu_milli); }
  bytes memory() const { return bytes(record_->memory_bytes); }
  milli gpu() const { return milli(record_->gpu_milli); }
  // What is free now: so many nodes have so much each.
  std::span<const berth_room> rooms() const { return {record_->rooms, record_->room_count}; }

 private:
  const berth_node_shape* record_;
};

using shapes = records<NodeShape, berth_node_shape>;

// A pool: whose it is, where it lies, what it has and what is free. `free` is what neither others
// nor jobs placed by this host hold, this decision included. Borrowed for the call. [any]
class Pool {
 public:
  Pool(const berth_pool* record, const berth_host* host) : record_(record), host_(host) {}

  berth::name name() const { return berth::name(record_->name); }
  berth::name cluster() const { return berth::name(record_->cluster); }
  berth::name owner() const { return berth::name(record_->owner); }  // absent: shared
  berth::name region() const { return berth::name(record_->region); }
  berth::name zone() const { return berth::name(record_->zone); }
  bool is_shared() const { return (record_->flags & BERTH_POOL_SHARED) != 0; }
  // BERTH_CLUSTER_READY, ...; treat what is not known here as not ready.
  berth_cluster_state cluster_state() const { return record_->cluster_state; }

  milli cpu_capacity() const { return milli(record_->cpu_capacity_milli); }
  milli cpu_free() const { return milli(record_->cpu_free_milli); }
  bytes memory_capacity() const { return bytes(record_->memory_capacity_bytes); }
  bytes memory_free() const { return bytes(record_->memory_free_bytes); }
  milli gpu_capacity() const { return milli(record_->gpu_capacity_milli); }
  milli gpu_free() const { return milli(record_->gpu_free_milli); }

  // Another resource, such as "fpga"; none when the pool does not have it.
  milli extra_capacity(berth::name resource) const {
    return amount_of(resource, {record_->extra_capacity, record_->extra_capacity_count});
  }
  milli extra_free(berth::name resource) const {
    return amount_of(resource, {record_->extra_free, record_->extra_free_count});
  }
  std::span<const berth_amount> extra_capacities() const {
    return {record_->extra_capacity, record_->extra_capacity_count};
  }

  // The value of a label (the pool's own before its cluster's), absent when there is none. The
  // texts of the second form are looked up on each call: prefer a berth::name on the hot path.
  berth::name label(berth::name key) const {
    for (const berth_label& one : labels()) {
      if (berth::name(one.key) == key) return berth::name(one.value);
    }
    return {};
  }
  berth::name label(std::string_view key) const { return label(Host(host_).lookup(key)); }
  std::span<const berth_label> labels() const { return {record_->labels, record_->label_count}; }

  // Whether any node, busy or not, has this GPU model.
  bool has_sku(berth::name sku) const {
    for (NodeShape shape : shapes()) {
      if (shape.sku() && shape.sku() == sku) return true;
    }
    return false;
  }
  bool has_sku(std::string_view sku) const { return has_sku(Host(host_).lookup(sku)); }

  berth::v1::shapes shapes() const {
    return {record_->shapes, record_->shape_count, record_->shape_stride, host_};
  }
  // Workload formats that the cluster's backend takes.
  names formats() const { return names(record_->formats, record_->format_count); }
  // Per GPU and hour, or per CPU and hour where there are no GPUs; 0: not stated.
  double price() const { return record_->price; }

 private:
  static milli amount_of(berth::name resource, std::span<const berth_amount> amounts) {
    for (const berth_amount& one : amounts) {
      if (berth::name(one.resource) == resource) return milli(one.milli);
    }
    return {};
  }

  const berth_pool* record_;
  const berth_host* host_;
};

// The pools of one batch; pools[i] is the one that verdict or score i is about. [any]
class Pools {
 public:
  Pools(const berth_pool* const* first, std::uint64_t count, const berth_host* host)
      : first_(first), count_(count), host_(host) {}

  std::size_t size() const { return count_; }
  Pool operator[](std::size_t index) const { return Pool(first_[index], host_); }

 private:
  const berth_pool* const* first_;
  std::uint64_t count_;
  const berth_host* host_;
};

}  // namespace berth::inline v1
