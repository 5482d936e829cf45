// What an answer of the API server means for the call that wanted something of it.
#pragma once

#include <string>
#include <string_view>

#include "berth/call.hpp"
#include "client/api_client.hpp"

namespace berth {

struct Failure {
  enum class Kind {
    kTransient,  // not done; may well be later
    kPermanent,  // not done; never will be, as it was asked
    kUnknown,    // may have been done
    kAbsent,     // there is no such object
    kConflict,   // there is one of that name
  };
  Kind kind = Kind::kUnknown;
  std::string reason;   // a word for people, such as QuotaExceeded; may be empty
  std::string message;  // what, why, and what to do where there is something
};

// Of a result that is no success. `what` was to be done: "create RayCluster ml/j1-a1". [any]
Failure failure_of(const ApiResult& result, std::string_view what);

// None for a success.
inline const ApiAnswer* success_of(const ApiResult& result) {
  const auto* answer = std::get_if<ApiAnswer>(&result);
  return answer != nullptr && answer->is_success() ? answer : nullptr;
}

void answer_failure(const Call& call, const Failure& failure);

}  // namespace berth
