#include <nlohmann/json.hpp>

#include "control/replies.hpp"
#include "control/routes.hpp"
#include "control/submission.hpp"

namespace berth {

void submit_job(Control& control, SharedCall call, Respond answer) {
  submit_request(control, call->principal, {call->body, call->idempotency_key},
                 [answer = std::move(answer)](const Result<Submitted>& submitted) {
                   if (!submitted) return answer(error_response(submitted.error()));
                   answer(json_response(submitted_json(*submitted),
                                        submitted->repeated ? 200 : 201));
                 });
}

}  // namespace berth
