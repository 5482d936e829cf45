// The cgroups of a cluster: one of version 2 to find and end what its jobs started, and for each kind
// of limit one in the hierarchy that has its controller.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cgroup_mounts.hpp"
#include "limits.hpp"

namespace berth {

struct LimitPlace {
  int version = 2;
  std::filesystem::path cgroup;

  bool operator==(const LimitPlace&) const = default;
};

struct ClusterCgroups {
  std::filesystem::path tree;  // empty: none
  std::map<Controller, LimitPlace> limits;
  std::string why_not;  // why something of it is missing

  // Of each hierarchy once, that of the tree first.
  std::vector<std::filesystem::path> all() const;
  // Those of version 1.
  std::vector<std::filesystem::path> besides_tree() const;
  // What the cluster cannot promise, for people.
  std::vector<std::string> warnings() const;
};

// What was found when a cgroup was made in a place.
struct PlaceReport {
  bool can_make = false;
  std::set<Controller> controllers;
};
using TryPlace = std::function<PlaceReport(const std::filesystem::path& place, int version)>;

// The places for a cluster's cgroups: nearest to our own, but rather where all limits hold. What it
// gives are the parents. [any]
ClusterCgroups choose_parents(const std::vector<CgroupMount>& mounts, std::string_view own_cgroups,
                              const TryPlace& try_place);

// The same for this machine. `root` is a path in version 2, "auto" or "off".
ClusterCgroups find_parents(const std::string& root);

// Makes the cgroups `name` of a cluster there.
ClusterCgroups make_cluster_cgroups(const std::string& root, const std::string& name);

// Lets cgroups beneath this one of version 2 have what limits need, as far as it goes.
void enable_controllers(const std::filesystem::path& cgroup);

}  // namespace berth
