// For tests: what a backend tells of pods, and ways to look at JSON.
#pragma once

#include <berth/problem.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "kubernetes_objects/fields.hpp"

namespace berth {

inline nlohmann::json a_pod(const char* group, const char* name, const char* phase = "Running",
                            bool ready = true) {
  return {{"name", name},     {"group", group}, {"phase", phase}, {"ready", ready},
          {"ip", "10.0.0.1"}, {"containers", nlohmann::json::array()}};
}

inline nlohmann::json ended_pod(const char* group, const char* name, const std::string& container,
                                int code, const char* reason = "Error",
                                const std::string& message = "") {
  nlohmann::json pod = a_pod(group, name, code == 0 ? "Succeeded" : "Failed", false);
  pod["containers"].push_back({{"name", container},
                               {"state", "terminated"},
                               {"exit_code", code},
                               {"reason", reason},
                               {"message", message}});
  return pod;
}

inline nlohmann::json gone(nlohmann::json pod) {
  pod["gone"] = true;
  return pod;
}

inline nlohmann::json with(nlohmann::json object, const char* pointer, nlohmann::json value) {
  object[nlohmann::json::json_pointer(pointer)] = std::move(value);
  return object;
}

inline std::string first(const std::vector<problem>& rows) {
  return rows.empty() ? "" : rows[0].path + ": " + rows[0].message;
}

}  // namespace berth
