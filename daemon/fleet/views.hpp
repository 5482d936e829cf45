// Clusters and pools as people see them: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace berth {

struct ClusterView {
  std::string name;
  std::string backend;
  std::string region;
  std::string zone;
  std::map<std::string, std::string> labels;
  std::string state;     // "ready", "cordoned", "draining", "offline", or "starting"
  std::string message;   // why it is not ready
  std::vector<std::string> warnings;  // what it cannot promise
  std::string mark_reason;  // of a cordon or drain
  std::string mark_user;
  int pools = 0;
  int attempts = 0;      // live here
};

struct ShapeView {
  std::string sku;
  std::int64_t nodes = 0;
  std::int64_t cpu_milli = 0;  // of one node, as are the next two
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
};

struct Amounts {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;

  bool operator==(const Amounts&) const = default;
};

enum class PoolOrigin {
  kSite,
  kDiscovered,  // its cluster reports it
  kVanished,    // it no longer does, but jobs are still there; no new ones come
};

struct PoolView {
  std::string name;
  std::string cluster;
  std::string owner;  // empty: shared
  PoolOrigin origin = PoolOrigin::kSite;
  std::map<std::string, std::string> labels;
  double price = 0;
  std::vector<ShapeView> shapes;
  Amounts capacity;
  Amounts free;  // of what neither others nor the ledger hold
  Amounts held;  // by the ledger
  int attempts = 0;
};

}  // namespace berth
