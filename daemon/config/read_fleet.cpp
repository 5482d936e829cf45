// Owners, projects, clusters and pools.
#include <algorithm>

#include "base/text.hpp"
#include "config/read_parts.hpp"
#include "config/references.hpp"

namespace berth {
namespace {

constexpr const char* kShared = "shared";

// The owners from `start` upward to itself again; empty when its line of parents ends.
std::vector<std::string> cycle_from(const Site& site, const std::string& start) {
  std::vector<std::string> names{start};
  const OwnerSetting* each = site.owner(start);
  while (names.size() <= site.owners.size() && (each = site.owner(each->parent)) != nullptr) {
    names.push_back(each->name);
    if (each->name == start) return names;
  }
  return {};
}

// A cycle is said once, at the owner that stands first.
void check_cycle(Section& section, const Site& site, const OwnerSetting& owner,
                 std::vector<std::string>& said) {
  if (std::find(said.begin(), said.end(), owner.name) != said.end()) return;
  const std::vector<std::string> cycle = cycle_from(site, owner.name);
  if (cycle.empty()) return;
  said.insert(said.end(), cycle.begin(), cycle.end());
  section.wrong("parent", "owners must form a tree, but go round: " + join(cycle, " -> "));
}

NodeSetting read_node(Section section) {
  NodeSetting node;
  node.sku = section.text("sku");
  node.count = section.integer("count");
  node.cpu_milli = section.integer("cpu");
  node.memory_bytes = section.integer("memory");
  node.gpu_milli = section.integer("gpu");
  section.refuse_unknown();
  return node;
}

PoolSetting read_pool(const std::string& name, Section& section) {
  PoolSetting pool;
  pool.name = name;
  pool.cluster = section.text("cluster");
  pool.owner = section.text("owner");
  pool.labels = section.labels("labels");
  pool.settings = section.labels("settings");
  pool.price = section.number("price");
  for (Section& each : section.tables("nodes")) pool.nodes.push_back(read_node(each));
  section.refuse_unknown();
  if (pool.owner == kShared) pool.owner.clear();
  return pool;
}

}  // namespace

void read_owners(Section section, Site& site) {
  auto sections = section.named();
  for (auto& [name, each] : sections) {
    if (name == kShared)
      each.wrong_name("\"shared\" is what pools without an owner say; take another name");
    site.owners.push_back({name, each.text("parent"), each.text("title")});
    each.refuse_unknown();
  }
  const std::vector<std::string> owners = names_of(site.owners);
  std::vector<std::string> said;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    sections[i].second.refer("parent", "owner", owners);
    check_cycle(sections[i].second, site, site.owners[i], said);
  }
}

void read_projects(Section section, Site& site) {
  const std::vector<std::string> owners = names_of(site.owners);
  for (auto& [name, each] : section.named()) {
    site.projects.push_back({name, each.text("owner")});
    each.refer("owner", "owner", owners);
    each.refuse_unknown();
  }
}

void read_clusters(Section section, Site& site) {
  for (auto& [name, each] : section.named()) {
    site.clusters.push_back({name, each.text("backend"), each.text("region"), each.text("zone"),
                             each.labels("labels"), each.flag("discover_pools")});
    each.refuse_unknown();
  }
}

void read_pools(Section section, Site& site) {
  std::vector<std::string> owners = names_of(site.owners);
  owners.push_back(kShared);
  const std::vector<std::string> clusters = names_of(site.clusters);
  for (auto& [name, each] : section.named()) {
    site.pools.push_back(read_pool(name, each));
    each.refer("owner", "owner", owners);
    each.refer("cluster", "cluster", clusters);
  }
}

}  // namespace berth
