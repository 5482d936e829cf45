#include "failures.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

using nlohmann::json;
using Kind = Failure::Kind;

ApiResult refused(int code, const std::string& reason, const std::string& message,
                  const json& details = json::object()) {
  return ApiAnswer{.status = code,
                   .body = json{
                       {"kind", "Status"},
                       {"apiVersion", "v1"},
                       {"status", "Failure"},
                       {"reason", reason},
                       {"message", message},
                       {"details", details},
                       {"code",
                        code}}.dump()};
}

struct Row {
  const char* name;
  ApiResult result;
  Kind kind;
  const char* reason;
  const char* words;  // that people must find in the message
};

const Row kRows[] = {
    {"the namespace is gone",
     refused(404, "NotFound", R"(namespaces "ml" not found)",
             {{"name", "ml"}, {"kind", "namespaces"}}),
     Kind::kPermanent, "SubmissionFailed", R"(namespace "ml" does not exist on this cluster)"},
    {"the namespace is being deleted",
     refused(
         403, "Forbidden",
         R"(rayclusters "j1-a1" is forbidden: unable to create new content in namespace ml because it is being terminated)",
         {{"causes", {{{"reason", "NamespaceTerminating"}}}}}),
     Kind::kPermanent, "SubmissionFailed", "the namespace is being deleted"},
    {"the CRD was removed",
     refused(404, "NotFound", "the server could not find the requested resource"), Kind::kPermanent,
     "SubmissionFailed", "CRDs are not installed"},
    {"the object is not there",
     refused(404, "NotFound", R"(rayclusters.ray.io "j1-a1" not found)",
             {{"name", "j1-a1"}, {"kind", "rayclusters"}}),
     Kind::kAbsent, "", "not found"},
    {"RBAC forbids it",
     refused(
         403, "Forbidden",
         R"(rayclusters.ray.io is forbidden: User "b" cannot create resource "rayclusters" in API group "ray.io" in the namespace "ml")"),
     Kind::kPermanent, "SubmissionFailed", "grant it the role"},
    {"it came without credentials",
     refused(403, "Forbidden",
             R"(secrets is forbidden: User "system:anonymous" cannot create resource "secrets")"),
     Kind::kTransient, "Unauthorized", "does not know berthd"},
    {"the quota is used up",
     refused(
         403, "Forbidden",
         R"(rayclusters "j" is forbidden: exceeded quota: q, requested: count/rayclusters.ray.io=1, used: count/rayclusters.ray.io=4, limited: count/rayclusters.ray.io=4)"),
     Kind::kTransient, "QuotaExceeded", "used up for now"},
    {"the quota will never suffice",
     refused(
         403, "Forbidden",
         R"(pods "j" is forbidden: exceeded quota: q, requested: cpu=1,memory=8Gi, used: memory=0, limited: memory=4Gi)"),
     Kind::kPermanent, "SubmissionFailed", "more than the namespace's quota allows"},
    {"a webhook denied it",
     refused(403, "Forbidden",
             R"(admission webhook "policy.acme" denied the request: no GPUs on Fridays)"),
     Kind::kPermanent, "SubmissionFailed", "no GPUs on Fridays"},
    {"a webhook denied it with another code",
     refused(400, "BadRequest", R"(admission webhook "policy.acme" denied the request: bad)"),
     Kind::kPermanent, "SubmissionFailed", "an admission webhook refused it"},
    {"a webhook cannot be reached",
     refused(
         500, "InternalError",
         R"(Internal error occurred: failed calling webhook "policy.acme": Post "https://p": connection refused)"),
     Kind::kTransient, "AdmissionUnavailable", "does not answer"},
    {"a limit range refuses it",
     refused(403, "Forbidden",
             R"(pods "j" is forbidden: maximum cpu usage per Pod is 1, but limit is 2)"),
     Kind::kPermanent, "SubmissionFailed", "admission refused it: "},
    {"fields are not valid",
     refused(
         422, "Invalid", "RayCluster is invalid",
         {{"causes",
           {{{"field", "spec.headGroupSpec"}, {"message", "Required value"}},
            {{"field", "spec.workerGroupSpecs[0].replicas"}, {"message", "must be a number"}}}}}),
     Kind::kPermanent, "SubmissionFailed",
     "spec.headGroupSpec: Required value; spec.workerGroupSpecs[0].replicas: must be a number"},
    {"a field is unknown",
     refused(400, "BadRequest", R"(strict decoding error: unknown field "spec.hedGroupSpec")"),
     Kind::kPermanent, "SubmissionFailed", R"(unknown field "spec.hedGroupSpec")"},
    {"there is one of that name",
     refused(409, "AlreadyExists", "rayclusters \"j1-a1\" already exists"), Kind::kConflict,
     "Conflict", "already exists"},
    {"somebody else changed it", refused(409, "Conflict", "the object has been modified"),
     Kind::kTransient, "Conflict", "modified"},
    {"too many requests", refused(429, "TooManyRequests", "try again later"), Kind::kTransient,
     "RateLimited", "fewer requests"},
    {"the credentials are refused", refused(401, "Unauthorized", "Unauthorized"), Kind::kTransient,
     "Unauthorized", "does not accept the credentials"},
    {"the server is starting", refused(503, "ServiceUnavailable", "starting"), Kind::kTransient,
     "ClusterUnavailable", "cannot serve now"},
    {"the server failed", refused(500, "InternalError", "etcdserver: leader changed"),
     Kind::kUnknown, "", "leader changed"},
    {"the server gave up waiting", refused(504, "Timeout", "request did not complete"),
     Kind::kUnknown, "", "too long"},
    {"something between answered", ApiAnswer{.status = 502, .body = "<html>\nBad"}, Kind::kUnknown,
     "", "<html>"},
    {"no connection", ApiFailure{ApiFailure::Kind::kUnreachable, "connection refused"},
     Kind::kTransient, "ClusterUnreachable", "connection refused"},
    {"the connection broke", ApiFailure{ApiFailure::Kind::kUnknown, "end of stream"},
     Kind::kUnknown, "", "end of stream"},
    {"our own limit", ApiFailure{ApiFailure::Kind::kRateLimited, "1000 requests wait"},
     Kind::kTransient, "RateLimited", "1000 requests wait"},
    {"no credentials", ApiFailure{ApiFailure::Kind::kCredentials, "exit code 1"}, Kind::kTransient,
     "Unauthorized", "exit code 1"}};

TEST(Failures, SayWhetherItMayBeTriedAgainAndWhy) {
  for (const Row& row : kRows) {
    const Failure failure = failure_of(row.result, "create RayCluster ml/j1-a1");
    EXPECT_EQ(failure.kind, row.kind) << row.name << ": " << failure.message;
    EXPECT_EQ(failure.reason, row.reason) << row.name;
    EXPECT_NE(failure.message.find(row.words), std::string::npos)
        << row.name << ": " << failure.message;
    EXPECT_TRUE(failure.message.starts_with("cannot create RayCluster ml/j1-a1: "))
        << failure.message;
  }
}

TEST(Failures, AreNotFoundInSuccess) {
  EXPECT_NE(success_of(ApiAnswer{.status = 201}), nullptr);
  EXPECT_EQ(success_of(ApiAnswer{.status = 301}), nullptr);
}

}  // namespace
}  // namespace berth
