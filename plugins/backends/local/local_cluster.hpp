// What the daemon tells a local cluster of itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "cluster_cgroups.hpp"

namespace berth {

struct LocalCluster {
  std::string instance;
  std::int64_t epoch = 0;
  std::string name;
  std::filesystem::path state_folder;
  std::filesystem::path supervise_program;
  ClusterCgroups cgroups;  // under which attempts have theirs
  std::string pools;             // the answer of `pools`

  std::filesystem::path attempts() const { return state_folder / "attempts"; }
};

// Of the JSON of `start`; the pools' nodes become shapes, all free, and a pool without any has this
// machine's cores and memory. Throws on any other form.
LocalCluster parse_cluster(std::string_view text);

// The cgroups for a cluster: `root` is a path, "auto" or "off".
ClusterCgroups choose_cgroups(const std::string& root, const LocalCluster& cluster);

}  // namespace berth
