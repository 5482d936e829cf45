// Builds pools for tests: a_pool("gpu-a").with_nodes("H100", 2, {.cpu = 64, .gpu =
// 8}).in_region("west")
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "berth/abi.h"
#include "berth/testing/amounts.hpp"
#include "berth/testing/fake_host.hpp"

namespace berth::testing {

// So many nodes with so much free each.
struct Free {
  std::uint64_t nodes = 1;
  Amounts each{};
};

// A pool's C record with everything that it points to.
class PoolRecord {
 public:
  const berth_pool* get() const { return &record_; }

 private:
  friend class PoolBuilder;

  berth_pool record_{};
  std::vector<berth_label> labels_;
  std::vector<berth_id> formats_;
  std::vector<std::vector<berth_room>> rooms_;
  std::vector<berth_node_shape> shapes_;
  std::vector<berth_amount> extra_capacity_;
  std::vector<berth_amount> extra_free_;
};

// What is not said is absent; free is all of the capacity; totals are the sums over the nodes.
class PoolBuilder {
 public:
  explicit PoolBuilder(std::string pool_name) : name_(std::move(pool_name)) {}

  // Nodes of one kind; `rooms` says what is free on them, all of it when left out.
  PoolBuilder with_nodes(std::string sku, std::uint32_t nodes, Amounts each,
                         std::optional<std::vector<Free>> rooms = {}) const {
    return changed([&](PoolBuilder& pool) {
      if (!rooms) rooms = std::vector<Free>{{nodes, each}};
      pool.capacity_ += each * nodes;
      for (const Free& room : *rooms) pool.free_ += room.each * static_cast<double>(room.nodes);
      pool.shapes_.push_back({std::move(sku), nodes, std::move(each), std::move(*rooms)});
    });
  }
  PoolBuilder with_capacity(Amounts total) const {
    return changed([&](PoolBuilder& pool) { pool.capacity_ = std::move(total); });
  }
  PoolBuilder with_free(Amounts total) const {
    return changed([&](PoolBuilder& pool) { pool.free_ = std::move(total); });
  }
  PoolBuilder with_label(std::string key, std::string value) const {
    return changed([&](PoolBuilder& pool) { pool.labels_[std::move(key)] = std::move(value); });
  }
  PoolBuilder in_cluster(std::string cluster) const {
    return changed([&](PoolBuilder& pool) { pool.cluster_ = std::move(cluster); });
  }
  PoolBuilder in_region(std::string region) const {
    return changed([&](PoolBuilder& pool) { pool.region_ = std::move(region); });
  }
  PoolBuilder in_zone(std::string zone) const {
    return changed([&](PoolBuilder& pool) { pool.zone_ = std::move(zone); });
  }
  PoolBuilder in_state(berth_cluster_state state) const {
    return changed([&](PoolBuilder& pool) { pool.state_ = state; });
  }
  PoolBuilder owned_by(std::string owner) const {
    return changed([&](PoolBuilder& pool) { pool.owner_ = std::move(owner); });
  }
  PoolBuilder taking(std::string format) const {
    return changed([&](PoolBuilder& pool) { pool.formats_.push_back(std::move(format)); });
  }
  PoolBuilder priced(double price) const {
    return changed([&](PoolBuilder& pool) { pool.price_ = price; });
  }

  // The record, its texts interned in `host`.
  std::unique_ptr<PoolRecord> build(FakeHost& host) const {
    auto built = std::make_unique<PoolRecord>();
    fill_names(*built, host);
    fill_shapes(*built, host);
    fill_totals(*built, host);
    return built;
  }

 private:
  struct Shape {
    std::string sku;
    std::uint32_t nodes;
    Amounts each;
    std::vector<Free> rooms;
  };

  template <typename Change>
  PoolBuilder changed(Change change) const {
    PoolBuilder copy = *this;
    change(copy);
    return copy;
  }

  void fill_names(PoolRecord& built, FakeHost& host) const {
    berth_pool& pool = built.record_;
    pool.size = sizeof(berth_pool);
    pool.name = host.intern(name_);
    pool.cluster = host.intern(cluster_);
    pool.owner = host.intern(owner_);
    pool.region = host.intern(region_);
    pool.zone = host.intern(zone_);
    pool.cluster_state = state_;
    pool.flags = owner_.empty() ? BERTH_POOL_SHARED : 0;
    pool.price = price_;
    std::map<berth_id, berth_id> sorted;
    for (const auto& [key, value] : labels_) sorted[host.intern(key)] = host.intern(value);
    for (const auto& [key, value] : sorted) built.labels_.push_back({key, value});
    for (const std::string& format : formats_) built.formats_.push_back(host.intern(format));
    pool.labels = built.labels_.data();
    pool.label_count = built.labels_.size();
    pool.formats = built.formats_.data();
    pool.format_count = built.formats_.size();
  }

  void fill_shapes(PoolRecord& built, FakeHost& host) const {
    for (const Shape& shape : shapes_) {
      std::vector<berth_room>& rooms = built.rooms_.emplace_back();
      for (const auto& [nodes, each] : shape.rooms) {
        rooms.push_back({nodes, each.cpu_milli(), each.memory_bytes(), each.gpu_milli()});
      }
      built.shapes_.push_back({sizeof(berth_node_shape), host.intern(shape.sku), shape.nodes,
                               shape.each.cpu_milli(), shape.each.memory_bytes(),
                               shape.each.gpu_milli(), rooms.data(), rooms.size()});
    }
    built.record_.shapes = built.shapes_.data();
    built.record_.shape_count = built.shapes_.size();
    built.record_.shape_stride = sizeof(berth_node_shape);
  }

  void fill_totals(PoolRecord& built, FakeHost& host) const {
    berth_pool& pool = built.record_;
    const auto id_of = [&](const std::string& resource) { return host.intern(resource); };
    pool.cpu_capacity_milli = capacity_.cpu_milli();
    pool.cpu_free_milli = free_.cpu_milli();
    pool.memory_capacity_bytes = capacity_.memory_bytes();
    pool.memory_free_bytes = free_.memory_bytes();
    pool.gpu_capacity_milli = capacity_.gpu_milli();
    pool.gpu_free_milli = free_.gpu_milli();
    built.extra_capacity_ = extra_amounts(capacity_, id_of);
    built.extra_free_ = extra_amounts(free_, id_of);
    pool.extra_capacity = built.extra_capacity_.data();
    pool.extra_capacity_count = built.extra_capacity_.size();
    pool.extra_free = built.extra_free_.data();
    pool.extra_free_count = built.extra_free_.size();
  }

  std::string name_;
  std::string cluster_ = "west";
  std::string owner_;
  std::string region_;
  std::string zone_;
  berth_cluster_state state_ = BERTH_CLUSTER_READY;
  std::map<std::string, std::string> labels_;
  std::vector<std::string> formats_;
  std::vector<Shape> shapes_;
  Amounts capacity_;
  Amounts free_;
  double price_ = 0;
};

inline PoolBuilder a_pool(std::string pool_name) { return PoolBuilder(std::move(pool_name)); }

}  // namespace berth::testing
