// What the daemon tells a local cluster of itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace berth {

struct LocalCluster {
  std::string instance;
  std::int64_t epoch = 0;
  std::string name;
  std::filesystem::path state_folder;
  std::filesystem::path supervise_program;
  std::filesystem::path cgroup;  // of the cluster, under which attempts have theirs; empty: none
  std::string pools;             // the answer of `pools`

  std::filesystem::path attempts() const { return state_folder / "attempts"; }
};

// Of the JSON of `start`; the pools' nodes become shapes, all free. Throws on any other form.
LocalCluster parse_cluster(std::string_view text);

// The cgroup for a cluster: `root` is a path, "auto" or "off". Empty: none.
std::filesystem::path choose_cgroup(const std::string& root, const LocalCluster& cluster);

}  // namespace berth
