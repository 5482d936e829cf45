#include "ray_workload.hpp"

#include <nlohmann/json.hpp>

#include "ray_scripts.hpp"

namespace berth {
namespace {

using nlohmann::json;

// Not the folder in which the entrypoint starts: its imports must not find these.
constexpr std::string_view kScriptFolder = ".berth/";
constexpr std::string_view kUsualTemp = "/tmp";

std::vector<std::string> start_script(const RayPlace& place, std::string_view script) {
  return {place.venv.empty() ? "python3" : place.venv + "/bin/python",
          std::string(kScriptFolder) + std::string(script)};
}

std::vector<std::string> start_node(const RayPlace& place, std::string_view script,
                                    const Group& group) {
  std::vector<std::string> arguments = start_script(place, script);
  const std::int64_t heap_bytes = group.memory_bytes - place.object_store_bytes;
  for (const std::string& argument :
       {"--num-cpus=" + whole_units(group.cpu_milli), "--num-gpus=" + whole_units(group.gpu_milli),
        "--memory=" + std::to_string(heap_bytes),
        "--object-store-memory=" + std::to_string(place.object_store_bytes)}) {
    arguments.push_back(argument);
  }
  return arguments;
}

std::vector<std::string> start_driver(const RayPlace& place, const RaySection& ray) {
  std::vector<std::string> arguments = start_script(place, "driver.py");
  const std::string workers = "--workers=" + std::to_string(ray.worker_count());
  for (const std::string& argument : {workers, std::string("--"), ray.entrypoint}) {
    arguments.push_back(argument);
  }
  return arguments;
}

json environment_of(const RayPlace& place) {
  json environment = {{"RAY_AUTH_MODE", "token"},
                      {"RAY_AUTH_TOKEN", place.token},
                      {"BERTH_JOB_ID", place.job},
                      {"PYTHONUNBUFFERED", "1"}};  // what is printed can be followed
  if (!place.venv.empty()) environment["VIRTUAL_ENV"] = place.venv;
  if (place.short_tmp != kUsualTemp) environment["BERTH_SHORT_TMP"] = place.short_tmp;
  return environment;
}

json render_member(std::string_view role, std::int64_t replica,
                   const std::vector<std::string>& arguments, const RayPlace& place) {
  return {{"role", role},
          {"replica", replica},
          {"argv", arguments},
          {"environment", environment_of(place)},
          {"directory", ""}};
}

json render_node(const Group& group, std::int64_t replica, std::string_view script,
                 const RayPlace& place) {
  json member = render_member(group.name, replica, start_node(place, script, group), place);
  member["cpu_milli"] = group.cpu_milli;
  member["memory_bytes"] = group.memory_bytes;
  return member;
}

json render_scripts() {
  json files = json::array();
  for (const auto& [name, content] : kRayScripts) {
    files.push_back({{"path", std::string(kScriptFolder) + std::string(name)},
                     {"content", content},
                     {"mode", "0600"}});
  }
  return files;
}

}  // namespace

std::string render_ray(const RaySection& ray, const RayPlace& place) {
  json members = json::array({render_node(ray.head, 0, "head.py", place)});
  for (const RayWorkers& workers : ray.workers) {
    const Group& group = workers.group;
    for (std::int64_t replica = 0; replica < group.count; ++replica) {
      members.push_back(render_node(group, replica, "worker.py", place));
    }
  }
  if (!ray.entrypoint.empty()) {
    members.push_back(render_member(kDriverRole, 0, start_driver(place, ray), place));
    members.back()["beside"] = std::string(kHeadGroup) + "-0";
  }
  (ray.entrypoint.empty() ? members.front() : members.back())["main"] = true;
  return json{{"members", members}, {"files", render_scripts()}}.dump();
}

}  // namespace berth
