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

std::string whole_units(std::int64_t milli) { return std::to_string((milli + 999) / 1000); }

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

json render_member(std::string_view role, std::int64_t replica, bool is_main,
                   const std::vector<std::string>& arguments, const RayPlace& place) {
  return {{"role", role},
          {"replica", replica},
          {"main", is_main},
          {"argv", arguments},
          {"environment", environment_of(place)},
          {"directory", ""}};
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
  const bool is_interactive = ray.entrypoint.empty();
  json members = json::array();
  members.push_back(
      render_member(kHeadGroup, 0, is_interactive, start_node(place, "head.py", ray.head), place));
  for (const Group& group : ray.workers) {
    const std::vector<std::string> arguments = start_node(place, "worker.py", group);
    for (std::int64_t replica = 0; replica < group.count; ++replica) {
      members.push_back(render_member(group.name, replica, false, arguments, place));
    }
  }
  if (!is_interactive) {
    members.push_back(render_member(kDriverRole, 0, true, start_driver(place, ray), place));
  }
  return json{{"members", members}, {"files", render_scripts()}}.dump();
}

}  // namespace berth
