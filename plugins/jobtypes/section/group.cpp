#include "section/group.hpp"

#include <nlohmann/json.hpp>

namespace berth {

Group read_needs(Section& section, std::string name, std::int64_t memory_bytes) {
  Group group;
  group.name = std::move(name);
  group.cpu_milli = section.milli("cpu", kOneCpu);
  group.memory_bytes = section.bytes("memory", memory_bytes);
  group.gpu_milli = section.milli("gpu", 0);
  group.skus = section.texts("sku");
  if (!group.skus.empty() && group.gpu_milli == 0) {
    section.refuse("sku", "names a GPU, but no gpu is asked for", "set gpu, or leave sku out");
  }
  return group;
}

std::string groups_json(const std::vector<Group>& groups) {
  nlohmann::json all = nlohmann::json::array();
  for (const Group& group : groups) {
    all.push_back({{"name", group.name},
                   {"count", group.count},
                   {"cpu_milli", group.cpu_milli},
                   {"memory_bytes", group.memory_bytes},
                   {"gpu_milli", group.gpu_milli},
                   {"skus", group.skus}});
    if (!group.extra.empty()) all.back()["extra"] = group.extra;
  }
  return all.dump();
}

}  // namespace berth
