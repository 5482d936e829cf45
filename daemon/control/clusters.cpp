#include <nlohmann/json.hpp>

#include "base/nearest.hpp"
#include "control/ask_loop.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "control/wish.hpp"
#include "status/cluster_json.hpp"

namespace berth {
namespace {

// A cluster that the site no longer names may still have to be forgotten.
enum class Unnamed { kIsRefused, kIsForTheEngine };

// Errors: "Forbidden", "NotFound" with the nearest name, "BadRequest".
Result<Actor> read_operator(const Control& control, const Call& call, ReasonIs reason,
                            Unnamed unnamed = Unnamed::kIsRefused) {
  if (const auto allowed = control.rules.may_operate(call.principal); !allowed)
    return allowed.error();
  const std::string& name = call.names.at("name");
  if (unnamed == Unnamed::kIsRefused && control.site.cluster(name) == nullptr) {
    std::vector<std::string> names;
    for (const ClusterSetting& cluster : control.site.clusters) names.push_back(cluster.name);
    const auto near = nearest(name, names);
    return Error{"NotFound",
                 "no cluster \"" + name + "\"" + (near ? "; nearest: \"" + *near + "\"" : "")};
  }
  return read_actor(call, reason);
}

void mark(Control& control, const SharedCall& call, Respond answer, const char* state,
          ReasonIs reason) {
  const auto actor = read_operator(control, *call, reason);
  if (!actor) return answer(error_response(actor.error()));
  const auto reply = [answer = std::move(answer)](const Result<Nothing>& done) {
    answer(done ? json_response(Json::object()) : error_response(done.error()));
  };
  control.loop.post([&control, name = call->names.at("name"), state, actor = *actor, reply] {
    control.engine.mark_cluster(name, state, actor, reply);
  });
}

}  // namespace

void list_clusters(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control, [](Engine& engine) { return engine.clusters(); },
      [answer = std::move(answer)](const std::vector<ClusterView>& clusters) {
        Json list = Json::array();
        for (const ClusterView& cluster : clusters) list.push_back(cluster_json(cluster));
        answer(json_response({{"clusters", std::move(list)}}));
      });
}

void list_pools(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control, [](Engine& engine) { return engine.pools(); },
      [answer = std::move(answer)](const std::vector<PoolView>& pools) {
        Json list = Json::array();
        for (const PoolView& pool : pools) list.push_back(pool_json(pool));
        answer(json_response({{"pools", std::move(list)}}));
      });
}

void cordon_cluster(Control& control, SharedCall call, Respond answer) {
  mark(control, call, std::move(answer), "cordoned", ReasonIs::kRequired);
}

void uncordon_cluster(Control& control, SharedCall call, Respond answer) {
  mark(control, call, std::move(answer), "", ReasonIs::kOptional);
}

void drain_cluster(Control& control, SharedCall call, Respond answer) {
  mark(control, call, std::move(answer), "draining", ReasonIs::kRequired);
}

void forget_cluster(Control& control, SharedCall call, Respond answer) {
  const auto actor = read_operator(control, *call, ReasonIs::kRequired, Unnamed::kIsForTheEngine);
  if (!actor) return answer(error_response(actor.error()));
  const auto reply = [answer = std::move(answer)](const Result<int>& jobs) {
    answer(jobs ? json_response({{"jobs", *jobs}}) : error_response(jobs.error()));
  };
  control.loop.post([&control, name = call->names.at("name"), actor = *actor, reply] {
    control.engine.forget_cluster(name, actor, reply);
  });
}

}  // namespace berth
