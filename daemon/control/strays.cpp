#include <charconv>
#include <nlohmann/json.hpp>

#include "control/ask_loop.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "control/wish.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

Json stray_json(const StrayView& stray) {
  return {{"name", attempt_name(stray.key.job, stray.key.attempt)},
          {"job", stray.key.job},
          {"attempt", stray.key.attempt},
          {"cluster", stray.cluster},
          {"epoch", stray.epoch},
          {"job_phase", stray.job_phase},
          {"going", stray.is_going}};
}

// "jkewozowoeznat-a1". Errors: "BadRequest".
Result<AttemptKey> key_of(const std::string& name) {
  const std::size_t mark = name.rfind("-a");
  AttemptKey key;
  if (mark != std::string::npos) {
    key.job = name.substr(0, mark);
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + mark + 2, end, key.attempt);
    if (error == std::errc{} && stop == end && key.attempt > 0) return key;
  }
  return Error{"BadRequest",
               "a stray is named as `berth strays` shows it: the job's id, \"-a\" and the attempt"};
}

using Act = void (Engine::*)(const AttemptKey&, const Actor&, Reply<Nothing>);

void act(Control& control, const SharedCall& call, Respond answer, Act act) {
  if (const auto allowed = control.rules.may_operate(call->principal); !allowed)
    return answer(error_response(allowed.error()));
  const auto key = key_of(call->names.at("name"));
  if (!key) return answer(error_response(key.error()));
  const auto actor = read_actor(*call, ReasonIs::kRequired);
  if (!actor) return answer(error_response(actor.error()));
  const auto reply = [answer = std::move(answer)](const Result<Nothing>& done) {
    answer(done ? json_response(Json::object()) : error_response(done.error()));
  };
  control.loop.post([&control, key = *key, actor = *actor, act, reply] {
    (control.engine.*act)(key, actor, reply);
  });
}

}  // namespace

void list_strays(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control, [](Engine& engine) { return engine.strays(); },
      [answer = std::move(answer)](const std::vector<StrayView>& strays) {
        Json list = Json::array();
        for (const StrayView& stray : strays) list.push_back(stray_json(stray));
        answer(json_response({{"strays", std::move(list)}}));
      });
}

void adopt_stray(Control& control, SharedCall call, Respond answer) {
  act(control, call, std::move(answer), &Engine::adopt_stray);
}

void release_stray(Control& control, SharedCall call, Respond answer) {
  act(control, call, std::move(answer), &Engine::release_stray);
}

}  // namespace berth
