#include "model/request.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

const std::vector<std::string> kTypes{"command", "ray"};

Result<Request> parse(const std::string& fields) {
  return parse_request(
      R"({"type": "ray", "project": "eta", "ray": {}, )" + fields + R"("labels": {}})", kTypes);
}

Request good(const std::string& fields) { return parse(fields).value(); }

std::vector<std::string> lines(const Result<Request>& request) {
  std::vector<std::string> all;
  if (request) return all;
  for (const Problem& each : request.error().details)
    all.push_back(each.path + ": " + each.message + (each.hint.empty() ? "" : "; " + each.hint));
  return all;
}

TEST(RequestLabels, AreFewAndShort) {
  const auto told = [](const std::string& labels) {
    const std::string text =
        R"({"type": "ray", "project": "eta", "ray": {}, "labels": )" + labels + "}";
    const auto request = parse_request(text, kTypes);
    return request ? std::string() : request.error().details.at(0).message;
  };
  std::string many = "{";
  for (int i = 0; i < 65; ++i) many += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\": \"v\"";
  EXPECT_EQ(told(many + "}"), "has 65 labels, may have 64");
  EXPECT_EQ(told("{\"" + std::string(318, 'k') + "\": \"v\"}"),
            "a label's name has 318 bytes, may have 317");
  EXPECT_EQ(told("{\"k\": \"" + std::string(1025, 'v') + "\"}"),
            "has 1025 bytes, a label may have 1024");
  EXPECT_EQ(told("{\"k\": \"" + std::string(1024, 'v') + "\"}"), "");
}

TEST(Request, IsCompleteWithTypeProjectAndItsSection) {
  const std::string text = R"( {"type": "ray", "project": "eta", "ray": {"image": "x"}} )";
  const Request request = parse_request(text, kTypes).value();
  EXPECT_EQ(request.bytes, text);
  EXPECT_EQ(request.name, "ray");
  EXPECT_EQ(request.wanted.type, "ray");
  EXPECT_EQ(request.wanted.project, "eta");
  EXPECT_EQ(request.priority, kPriorityDefault);
  EXPECT_EQ(request.start_deadline_ms, -1);
  EXPECT_EQ(request.run_deadline_ms, -1);
  EXPECT_EQ(request.retry_limit, -1);
  EXPECT_EQ(request.ttl_after_finished_ms, -1);
  EXPECT_EQ(request.on_cluster_lost, OnClusterLost::kWait);
  EXPECT_FALSE(request.strict);
}

TEST(Request, SaysAllThatAJobMayWant) {
  const Request request = parse_request(R"({
    "type": "ray", "name": "train-eta", "project": "eta", "priority": -7, "preemptible": true,
    "labels": {"tier": "experiment"},
    "requires": {"region": ["us-west", "eu"], "zone": "b", "labels": {"gen": ["i", "h"], "ssd": "yes"},
                 "expressions": [{"key": "env", "operator": "NotIn", "values": ["canary"]},
                                 {"key": "burst", "operator": "DoesNotExist"}]},
    "prefers": [{"labels": {"zone": "us-west-1a"}, "weight": 20}, {"labels": {"disk": "fast"}}],
    "cluster": "west", "pool": "gpu-a",
    "start_deadline": "10m", "run_deadline": "6h", "retry": {"limit": 3, "on": ["Preempted", "NodeLost"]},
    "ttl_after_finished": "24h", "on_cluster_lost": "fail", "strict": true,
    "secrets": [], "idle": null, "ray": {}})",
                                        kTypes)
                              .value();
  EXPECT_EQ(request.name, "train-eta");
  EXPECT_EQ(request.priority, -7);
  EXPECT_TRUE(request.wanted.preemptible);
  EXPECT_EQ(request.labels.size(), 1u);
  EXPECT_EQ(request.wanted.regions, (std::vector<std::string>{"eu", "us-west"}));
  EXPECT_EQ(request.wanted.zones, std::vector<std::string>{"b"});
  EXPECT_EQ(request.wanted.expressions,
            (std::vector<Expression>{{"burst", Operator::kDoesNotExist, {}},
                                     {"env", Operator::kNotIn, {"canary"}},
                                     {"gen", Operator::kIn, {"h", "i"}},
                                     {"ssd", Operator::kIn, {"yes"}}}));
  EXPECT_EQ(request.wanted.preferences,
            (std::vector<Preference>{{"disk", "fast", 1}, {"zone", "us-west-1a", 20}}));
  EXPECT_EQ(request.wanted.cluster, "west");
  EXPECT_EQ(request.wanted.pool, "gpu-a");
  EXPECT_EQ(request.start_deadline_ms, 600'000);
  EXPECT_EQ(request.run_deadline_ms, 6 * 3'600'000);
  EXPECT_EQ(request.retry_limit, 3);
  EXPECT_EQ(request.retry_on, (std::vector<std::string>{"NodeLost", "Preempted"}));
  EXPECT_EQ(request.ttl_after_finished_ms, 86'400'000);
  EXPECT_EQ(request.on_cluster_lost, OnClusterLost::kFail);
  EXPECT_TRUE(request.strict);
}

TEST(Request, OfEqualWantsIsOfEqualClass) {
  const Request one = good(R"(
    "requires": {"region": ["a", "b", "a"], "labels": {"x": ["1", "2"]},
                 "expressions": [{"key": "y", "operator": "In", "values": ["4", "3"]}]},
    "prefers": [{"labels": {"p": "1"}, "weight": 5}, {"labels": {"q": "1"}}],)");
  const Request other = good(R"(
    "name": "another", "priority": 9,
    "prefers": [{"labels": {"q": "1"}, "weight": 1}, {"labels": {"p": "1"}, "weight": 2},
                {"labels": {"p": "1"}, "weight": 3}],
    "requires": {"expressions": [{"key": "y", "operator": "In", "values": ["3", "4", "3"]},
                                 {"key": "x", "operator": "In", "values": ["2", "1"]},
                                 {"key": "x", "operator": "In", "values": ["1", "2"]}],
                 "region": ["b", "a"]},)");
  EXPECT_EQ(one.wanted, other.wanted);
  EXPECT_EQ(encode_class(one.wanted), encode_class(other.wanted));
}

TEST(Request, TakesNullAndEmptyNamesAsAbsent) {
  const Request request =
      good(R"("name": null, "cluster": "", "pool": null, "requires": null, "retry": null,)");
  EXPECT_EQ(request.name, "ray");
  EXPECT_EQ(request.wanted.cluster, "");
}

struct Row {
  const char* fields;
  const char* problem;
};

TEST(Request, NamesAWrongFieldByItsPath) {
  const Row rows[] = {
      {R"("runn_deadline": "6h",)", "runn_deadline: no such field; nearest: \"run_deadline\""},
      {R"("command": {},)", "command: is for jobs of type \"command\"; this one's type is \"ray\""},
      {R"("name": "a b",)",
       "name: must be a name, is \"a b\"; a name has at most 63 of letters, digits, \"-\", \"_\" "
       "and "
       "\".\", and begins with a letter or digit"},
      {R"("name": 7,)", "name: must be text, is 7; write it in quotes: \"7\""},
      {R"("priority": "high",)", "priority: must be a whole number, is \"high\""},
      {R"("priority": 1.5,)", "priority: must be a whole number, is 1.5"},
      {R"("priority": 1001,)", "priority: must be -1000 to 1000, is 1001"},
      {R"("priority": 18446744073709551615,)",
       "priority: must be -1000 to 1000, is 18446744073709551615"},
      {R"("preemptible": "yes",)", "preemptible: must be true or false, is \"yes\""},
      {R"("strict": 1,)", "strict: must be true or false, is 1"},
      {R"("requires": [],)", "requires: must be an object, is a list"},
      {R"("requires": {"regoin": "x"},)", "requires.regoin: no such field; nearest: \"region\""},
      {R"("requires": {"region": ["a", 5]},)",
       "requires.region[1]: must be text, is 5; write it in quotes: \"5\""},
      {R"("requires": {"zone": {}},)",
       "requires.zone: must be text or a list of text, is an object"},
      {R"("requires": {"labels": {"gen": true}},)",
       "requires.labels.gen: must be text or a list of text, is true"},
      {R"("requires": {"labels": {"gen": []}},)",
       "requires.labels.gen: must have at least one value"},
      {R"("requires": {"expressions": [{"key": "a", "operator": "Inn", "values": ["b"]}]},)",
       "requires.expressions[0].operator: must be one of In, NotIn, Exists, DoesNotExist; is "
       "\"Inn\"; nearest: \"In\""},
      {R"("requires": {"expressions": [{"key": "a", "operator": "In"}]},)",
       "requires.expressions[0].values: is required with In"},
      {R"("requires": {"expressions": [{"key": "a", "operator": "NotIn", "values": []}]},)",
       "requires.expressions[0].values: must have at least one value"},
      {R"("requires": {"expressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]},)",
       "requires.expressions[0].values: has no meaning with Exists"},
      {R"("requires": {"expressions": [{"operator": "Exists"}]},)",
       "requires.expressions[0].key: is required"},
      {R"("requires": {"expressions": ["x"]},)",
       "requires.expressions[0]: must be an object, is \"x\""},
      {R"("prefers": {"labels": {}},)", "prefers: must be a list, is an object"},
      {R"("prefers": [{"weight": 3}],)", "prefers[0].labels: is required"},
      {R"("prefers": [{"labels": {"a": "b"}, "weight": 0}],)",
       "prefers[0].weight: must be 1 to 100, is 0"},
      {R"("prefers": [{"labels": {"a": 3}}],)",
       "prefers[0].labels.a: must be text, is 3; write it in quotes: \"3\""},
      {R"("start_deadline": 600,)",
       "start_deadline: must be a duration such as \"30m\" or \"1h30m\", is 600"},
      {R"("run_deadline": "-1h",)",
       "run_deadline: must be a duration such as \"30m\" or \"1h30m\", is \"-1h\""},
      {R"("retry": {"limit": -1},)", "retry.limit: must be 0 to 1000, is -1"},
      {R"("retry": {"on": ["NodLost"]},)",
       "retry.on: no reason \"NodLost\"; nearest: \"NodeLost\""},
      {R"("retry": {"on": []},)",
       "retry.on: must name at least one reason; `limit: 0` means no retries"},
      {R"("on_cluster_lost": "restart",)",
       "on_cluster_lost: must be one of wait, fail, replace; is \"restart\""},
      {R"("secrets": [{"name": "s3"}],)",
       "secrets: is not supported by this version; leave it out"},
      {R"("idle": {"after": "30m"},)", "idle: is not supported by this version; leave it out"},
      {R"("pool": "../etc",)",
       "pool: must be a name, is \"../etc\"; a name has at most 63 of letters, digits, \"-\", "
       "\"_\" "
       "and \".\", and begins with a letter or digit"},
  };
  for (const Row& row : rows) {
    const auto request = parse(row.fields);
    ASSERT_FALSE(request) << row.fields;
    EXPECT_EQ(lines(request), std::vector<std::string>{row.problem}) << row.fields;
    EXPECT_EQ(request.error().message, row.problem);
  }
}

// JSON can write down what no program can be given.
TEST(Request, HasNoNulBytes) {
  const char* kWhy = "has a NUL byte (\\u0000), which no program can be given";
  const auto request =
      parse_request(R"({"type": "ray", "project": "eta", "labels": {"a": "x\u0000y"},)"
                    R"( "ray": {"run": ["echo", "\u0000"], "e\u0000v": {"b": "\\u0000"}}})",
                    kTypes);
  EXPECT_EQ(lines(request), (std::vector<std::string>{
                                std::string("labels.a: ") + kWhy,
                                std::string("ray: the name of a field ") + kWhy,
                                std::string("ray.run[1]: ") + kWhy,
                            }));
}

TEST(Request, TellsEveryErrorAtOnce) {
  const auto request =
      parse_request(R"({"type": "rya", "rya": {}, "priority": "x", "pol": 1})", kTypes);
  EXPECT_EQ(lines(request), (std::vector<std::string>{
                                "type: no job type \"rya\"; nearest: \"ray\"",
                                "project: is required",
                                "priority: must be a whole number, is \"x\"",
                                "pol: no such field; nearest: \"pool\"",
                            }));
  EXPECT_EQ(request.error().code, "BadRequest");
  EXPECT_EQ(request.error().message, "4 fields are wrong");
}

TEST(Request, NeedsATypeAndItsSection) {
  EXPECT_EQ(lines(parse_request(R"({"project": "eta"})", kTypes)),
            std::vector<std::string>{"type: is required"});
  EXPECT_EQ(lines(parse_request(R"({"type": "", "project": "eta"})", kTypes)),
            std::vector<std::string>{"type: is required"});
  EXPECT_EQ(lines(parse_request(R"({"type": "ray", "project": "eta"})", kTypes)),
            std::vector<std::string>{"ray: is required: what a job of type \"ray\" shall do"});
  EXPECT_EQ(lines(parse_request(R"({"type": "ray", "project": "eta", "ray": []})", kTypes)),
            std::vector<std::string>{"ray: must be an object, is a list"});
  EXPECT_EQ(lines(parse_request(R"({"type": "spark", "project": "eta"})", kTypes)),
            std::vector<std::string>{"type: no job type \"spark\"; there are: command, ray"});
}

TEST(Request, ThatIsNoJsonObjectIsRefusedWhole) {
  for (const char* text : {"", "[]", "3", "{\"type\": 1, \"type\": 2}", "{\"a\": \"\xff\"}"}) {
    const auto request = parse_request(text, kTypes);
    ASSERT_FALSE(request) << text;
    EXPECT_EQ(request.error().code, "BadRequest") << text;
    EXPECT_TRUE(request.error().details.empty()) << text;
    EXPECT_FALSE(request.error().message.empty()) << text;
  }
}

const Manifests kManifests{{"ray.io/v1/RayCluster", "ray"}, {"ray.io/v1/RayJob", "ray"},
                           {"batch.io/v2/App", "command"}};

TEST(Request, FindsTheTypeOfAManifestByItsKind) {
  const auto request = parse_request(R"({"project": "eta", "manifest": {
      "apiVersion": "ray.io/v1", "kind": "RayJob", "metadata": {"name": "sweep"}, "spec": {"x": 1}}})",
                                     kTypes, kManifests);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->wanted.type, "ray");
  EXPECT_EQ(request->name, "sweep");
}

TEST(Request, NamesAJobAfterItsManifestAsFarAsThatIsAName) {
  const std::string longest(70, 'x');
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"({"name": "a-b.c"})", "a-b.c"},
      {R"({"generateName": "sweep-"})", "sweep"},
      {R"({"name": ")" + longest + "\"}", longest.substr(0, 63)},
      {R"({"name": "--"})", "ray"},
      {"{}", "ray"}};
  for (const auto& [metadata, name] : rows) {
    const auto request = parse_request(
        R"({"project": "eta", "manifest": {"apiVersion": "ray.io/v1", "kind": "RayJob", "metadata": )" +
            metadata + "}}",
        kTypes, kManifests);
    ASSERT_TRUE(request) << metadata << ": " << request.error().message;
    EXPECT_EQ(request->name, name) << metadata;
  }
}

TEST(Request, TellsWhatIsWrongWithAManifestByPath) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"("manifest": {"apiVersion": "ray.io/v1", "kind": "RayClustre"})",
       "manifest.kind: no job type takes ray.io/v1/RayClustre; known: batch.io/v2/App, "
       "ray.io/v1/RayCluster, ray.io/v1/RayJob; nearest: \"ray.io/v1/RayCluster\""},
      {R"("manifest": {"kind": "RayJob"})", "manifest.apiVersion: is required"},
      {R"("manifest": [])", "manifest: must be an object, is a list"},
      {R"("type": "command", "manifest": {"apiVersion": "ray.io/v1", "kind": "RayJob"})",
       "type: is \"command\", but the manifest is for jobs of type \"ray\"; leave type out"},
      {R"("ray": {}, "manifest": {"apiVersion": "ray.io/v1", "kind": "RayJob"})",
       "ray: says again what the manifest says; give one of them"},
      {R"("command": {}, "manifest": {"apiVersion": "ray.io/v1", "kind": "RayJob"})",
       "command: is for jobs of type \"command\"; this one's type is \"ray\""}};
  for (const auto& [fields, problem] : rows) {
    const auto request =
        parse_request(R"({"project": "eta", )" + fields + "}", kTypes, kManifests);
    ASSERT_FALSE(request) << fields;
    bool is_said = false;
    for (const std::string& line : lines(request)) is_said = is_said || line == problem;
    EXPECT_TRUE(is_said) << fields << ": " << request.error().message;
  }
}

}  // namespace
}  // namespace berth
