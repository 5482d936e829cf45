// For tests: the manifests that the operators' own modules bring along.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kubernetes_objects/yaml_json.hpp"

namespace berth {

struct SampleManifest {
  std::string file;
  nlohmann::json object;
};

// Those of these kinds, with their path beneath $BERTH_KUBERNETES/samples/FOLDER. None: there are
// none on this machine.
inline std::vector<SampleManifest> operator_samples(const char* folder,
                                                    const std::set<std::string>& kinds) {
  const char* cache = std::getenv("BERTH_KUBERNETES");
  std::vector<SampleManifest> all;
  if (cache == nullptr) return all;
  const auto root = std::filesystem::path(cache) / "samples" / folder;
  if (!std::filesystem::exists(root)) return all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".yaml") continue;
    for (const YAML::Node& document : YAML::LoadAllFromFile(entry.path().string())) {
      nlohmann::json object = json_of_yaml(document);
      if (!object.is_object() || !kinds.contains(object.value("kind", ""))) continue;
      all.push_back({std::filesystem::relative(entry.path(), root).string(), std::move(object)});
    }
  }
  return all;
}

// Members that one has and the other has not, or has otherwise: "-/spec/a", "+/spec/b", "~/spec/c".
inline void note_differences(const nlohmann::json& before, const nlohmann::json& after,
                             std::set<std::string>& found) {
  for (const nlohmann::json& step : nlohmann::json::diff(before, after)) {
    const std::string op = step["op"];
    const char sign = op == "add" ? '+' : op == "remove" ? '-' : '~';
    found.insert(sign + step["path"].get<std::string>());
  }
}

}  // namespace berth
