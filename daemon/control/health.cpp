#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "control/ask_loop.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "model/phase.hpp"

namespace berth {
namespace {

// What a load balancer needs to be good is required; the rest is for whoever reads it.
enum class Weight { kRequired, kToldOnly };

struct Readiness {
  bool has_seen_every_cluster = false;
  std::vector<ClusterView> clusters;
};

void add_check(Json& body, const std::string& name, bool is_ok, const std::string& message,
               Weight weight) {
  body["checks"].push_back({{"name", name},
                            {"ok", is_ok},
                            {"required", weight == Weight::kRequired},
                            {"message", message}});
  if (!is_ok && weight == Weight::kRequired) body["ready"] = false;
}

void add_clusters(Json& body, const Readiness& readiness) {
  add_check(body, "every cluster seen", readiness.has_seen_every_cluster,
            readiness.has_seen_every_cluster
                ? "each has reported or is offline"
                : "some have not said yet what they have; nothing is placed before",
            Weight::kRequired);
  for (const ClusterView& cluster : readiness.clusters) {
    const bool is_up = cluster.state != "offline" && cluster.state != "starting";
    add_check(body, "cluster " + cluster.name, is_up,
              cluster.message.empty() ? cluster.state : cluster.state + ": " + cluster.message,
              Weight::kToldOnly);
    for (const std::string& warning : cluster.warnings)
      add_check(body, "cluster " + cluster.name, false, warning, Weight::kToldOnly);
  }
}

void add_plugins(Json& body, const std::vector<PluginStatus>& plugins) {
  for (const PluginStatus& plugin : plugins) {
    if (plugin.loaded) continue;
    add_check(body, "plugin " + (plugin.file.empty() ? plugin.id : plugin.file), false,
              plugin.state, Weight::kToldOnly);
  }
}

Json server_json(const Control& control) {
  const ServerIdentity& server = control.server;
  return {{"version", server.version},
          {"api", "v1"},
          {"instance", server.instance},
          {"epoch", server.epoch},
          {"pid", ::getpid()},
          {"uid", ::geteuid()},
          {"started", iso_time(server.started.wall_ms)},
          {"uptime_ms", elapsed_ms(server.started, control.clock.now())},
          {"socket", control.site.server.socket.string()},
          {"config", control.site.file.string()}};
}

}  // namespace

void show_health(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control, [](Engine&) { return true; },
      [answer = std::move(answer)](bool is_ok) {
        answer(json_response({{"ok", is_ok}}));
      });
}

void show_readiness(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control,
      [](Engine& engine) {
        return Readiness{engine.has_seen_every_cluster(), engine.clusters()};
      },
      [&control, answer = std::move(answer)](const Readiness& readiness) {
        Json body{{"ready", true}, {"checks", Json::array()}};
        add_check(body, "loop", true, "answers", Weight::kRequired);
        control.readers.borrow()->counts();  // an unreadable store ends the process
        const std::string trouble = control.store_trouble();
        add_check(body, "store", trouble.empty(),
                  trouble.empty() ? "can be read, and takes jobs" : trouble, Weight::kRequired);
        add_clusters(body, readiness);
        add_plugins(body, control.plugins());
        answer(json_response(body, body["ready"].get<bool>() ? 200 : 503));
      });
}

void show_server(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control, [](Engine& engine) { return engine.unfinished(); },
      [&control, answer = std::move(answer)](std::size_t unfinished) {
        Json body = server_json(control);
        body["unfinished"] = unfinished;
        Json phases = Json::object();
        for (const auto& [phase, jobs] : control.readers.borrow()->counts())
          phases[std::string(phase_name(phase))] = jobs;
        body["phases"] = std::move(phases);
        answer(json_response(body));
      });
}

}  // namespace berth
