#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "made_instance.hpp"
#include "plugins/jobtype_instance.hpp"

namespace berth {
namespace {

using nlohmann::json;

// Answers what the test says, and remembers what it was asked.
struct ScriptedType {
  std::string validate, groups, render, interpret, probe, asked;
  std::int32_t code = 0;

  template <std::string ScriptedType::*answer>
  static std::int32_t run(void* self, berth_str text, const berth_sink* sink) {
    auto& script = *static_cast<ScriptedType*>(self);
    script.asked.assign(text.data, text.size);
    const std::string& all = script.*answer;  // in two pieces, as plugins may
    sink->write(sink->context, {all.data(), all.size() / 2});
    sink->write(sink->context, {all.data() + all.size() / 2, all.size() - all.size() / 2});
    return script.code;
  }
};

class TypeTest : public testing::Test {
 protected:
  TypeTest() : type_(instances_.make(&script_, descriptor())) {}

  static Descriptor descriptor() {
    JobTypeTable table;
    table.section = "scripted";
    table.formats = {"process/group"};
    table.functions.validate = &ScriptedType::run<&ScriptedType::validate>;
    table.functions.groups = &ScriptedType::run<&ScriptedType::groups>;
    table.functions.render = &ScriptedType::run<&ScriptedType::render>;
    table.functions.interpret = &ScriptedType::run<&ScriptedType::interpret>;
    table.functions.probe = &ScriptedType::run<&ScriptedType::probe>;
    Descriptor descriptor;
    descriptor.kind = BERTH_KIND_JOBTYPE;
    descriptor.table = table;
    return descriptor;
  }

  MadeInstances instances_;
  ScriptedType script_;
  JobTypeInstance type_;
};

TEST_F(TypeTest, TellsTheProblemsOfARequestByTheirPaths) {
  script_.validate = R"([{"path":"scripted.cpu","message":"no quantity","hint":"500m"}])";
  const auto needs = type_.needs("{}");
  ASSERT_FALSE(needs);
  EXPECT_EQ(needs.error().code, "BadRequest");
  EXPECT_EQ(needs.error().message, "the request's section \"scripted\" has 1 problem");
  ASSERT_EQ(needs.error().details.size(), 1U);
  EXPECT_EQ(needs.error().details[0].path, "scripted.cpu");
  EXPECT_EQ(needs.error().details[0].hint, "500m");
}

TEST_F(TypeTest, TellsWhatWillHoldOtherwiseThanWritten) {
  script_.validate = R"([{"path":"scripted.cpu","message":"is rounded up","note":true}])";
  script_.groups = R"([{"name":"head"}])";
  const auto needs = type_.needs("{}");
  ASSERT_TRUE(needs) << needs.error().message;
  ASSERT_EQ(needs->notes.size(), 1U);
  EXPECT_EQ(needs->notes[0].path, "scripted.cpu");
  EXPECT_EQ(needs->notes[0].message, "is rounded up");
}

TEST_F(TypeTest, SpeaksOfAManifestWhereThatIsWhatIsWrong) {
  script_.validate = R"([{"path":"manifest.spec.x","message":"no such field"},
                         {"path":"manifest.spec.y","message":"is rounded up","note":true}])";
  EXPECT_EQ(type_.needs("{}").error().message, "the manifest has 1 problem");
}

TEST_F(TypeTest, SaysWhatARequestNeeds) {
  script_.groups = R"([{"name":"head","cpu_milli":1000,"memory_bytes":4294967296},
                       {"name":"worker","count":2,"gpu_milli":1000,"skus":["H100"],
                        "extra":{"fpga":1000},"not_yet_known":{}}])";
  const auto needs = type_.needs(R"({"type":"scripted"})");
  ASSERT_TRUE(needs) << needs.error().message;
  ASSERT_EQ(needs->groups.size(), 2U);
  EXPECT_EQ(needs->groups[0], (Group{.name = "head", .cpu_milli = 1000, .memory_bytes = 4LL << 30}));
  EXPECT_EQ(needs->groups[1].count, 2);
  EXPECT_EQ(needs->groups[1].extra.at("fpga"), 1000);
  EXPECT_EQ(script_.asked, R"({"type":"scripted"})");
}

TEST_F(TypeTest, TakesNoBadGroupsFromAPlugin) {
  const char* const answers[] = {
      "",
      "garbage",
      "{}",
      "[]",
      "[1]",
      R"([{"count":1}])",
      R"([{"name":"a b"}])",
      R"([{"name":"a","count":0}])",
      R"([{"name":"a","count":1000001}])",
      R"([{"name":"a","count":1.5}])",
      R"([{"name":"a","cpu_milli":-1}])",
      R"([{"name":"a","cpu_milli":"1"}])",
      R"([{"name":"a"},{"name":"a"}])",
      R"([{"name":"a","skus":"H100"}])",
      R"([{"name":"a","skus":[1]}])",
      R"([{"name":"a","count":1000000,"memory_bytes":9223372036854775807}])",
      R"([{"name":"a","memory_bytes":18446744073709551615}])",
      R"([{"name":"a","extra":[1]}])"};
  std::int64_t faults = 0;
  for (const char* answer : answers) {
    script_.groups = answer;
    const auto needs = type_.needs("{}");
    ASSERT_FALSE(needs) << answer;
    EXPECT_EQ(needs.error().code, "PluginFailed");
    EXPECT_TRUE(needs.error().message.starts_with(
        "the plugin mine (made 1.0.0) gave a bad answer: what groups wrote "))
        << needs.error().message;
    EXPECT_EQ(instances_.record->calls().faults(), ++faults);
  }
}

TEST_F(TypeTest, SaysSoWhenAFunctionFails) {
  script_.code = 3;
  EXPECT_EQ(type_.needs("{}").error().message,
            "the plugin mine (made 1.0.0) failed in validate with 3");
}

TEST_F(TypeTest, TakesNoMoreTextThanIsAllowed) {
  script_.render = R"({"text":")" + std::string(Budgets().text_bytes_max, 'x') + R"("})";
  const auto workload = type_.render({});
  ASSERT_FALSE(workload);
  EXPECT_NE(workload.error().message.find("more than is allowed in render"), std::string::npos);
}

TEST_F(TypeTest, HandsTheWholeOrderOverForRendering) {
  script_.render = R"({"members":[]})";
  const auto workload = type_.render({.format = "process/group",
                                      .instance = "here",
                                      .job = "j7k2m9qx4t0ab",
                                      .attempt = 2,
                                      .cluster = "west",
                                      .pool = "gpu-a",
                                      .token = "cafe",
                                      .request = R"({"scripted":{"run":["a"]}})",
                                      .groups = {{.name = "main", .cpu_milli = 500}}});
  EXPECT_EQ(*workload, R"({"members":[]})");
  const json asked = json::parse(script_.asked);
  EXPECT_EQ(asked["name"], "j7k2m9qx4t0ab-a2");
  EXPECT_EQ(asked["attempt"], 2);
  EXPECT_EQ(asked["token"], "cafe");
  EXPECT_EQ(asked["request"]["scripted"]["run"][0], "a");
  EXPECT_EQ(asked["groups"][0]["cpu_milli"], 500);
}

TEST_F(TypeTest, UnderstandsAnObservation) {
  script_.interpret =
      R"({"state":"failed","reason":"OOMKilled","message":"too much","exit_code":137,
    "ready":1,"wanted":2,"probe":true,"head":{"name":"h","ip":"127.0.0.1"},
    "endpoints":{"client":"127.0.0.1:1"},"pod_errors":[{"pod":"worker-0","exit_code":137}]})";
  const auto seen = type_.interpret("process/group", {}, R"({"members":[]})");
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->state, Observation::State::kFailed);
  EXPECT_EQ(seen->reason, "OOMKilled");
  EXPECT_EQ(seen->exit_code, 137);
  EXPECT_TRUE(seen->wants_probe);
  EXPECT_EQ(seen->endpoints, R"({"client":"127.0.0.1:1"})");
  const json status = json::parse(seen->status);
  EXPECT_EQ(status["head"]["ip"], "127.0.0.1");
  EXPECT_EQ(status["workers"]["wanted"], 2);
  EXPECT_EQ(status["pod_errors"][0]["pod"], "worker-0");
  EXPECT_EQ(json::parse(script_.asked)["status"]["members"], json::array());
}

TEST_F(TypeTest, MakesTextCleanThatIsNoUtf8) {
  script_.interpret = "{\"state\":\"failed\",\"message\":\"caf\xE9\"}";
  EXPECT_EQ(type_.interpret("process/group", {}, "{}")->message, "caf\uFFFD");
}

TEST_F(TypeTest, TakesNoStateThatItDoesNotKnow) {
  for (const char* answer :
       {R"({"state":"flying"})", "{}", "[]", R"({"state":"ready","ready":"1"})",
        R"({"state":"ready","exit_code":99999999999})"}) {
    script_.interpret = answer;
    EXPECT_FALSE(type_.interpret("process/group", {}, "{}")) << answer;
  }
}

TEST_F(TypeTest, TurnsAProbeIntoAFetch) {
  script_.probe = R"({"fetch":{"endpoint":"dashboard","path":"/api","headers":{"a":"b"}},
                      "memory":{"step":1}})";
  const auto step = type_.probe({.job = "j", .attempt = 1, .response = R"({"status":200})"});
  ASSERT_TRUE(step) << step.error().message;
  EXPECT_TRUE(step->fetches);
  EXPECT_EQ(step->endpoint, "dashboard");
  EXPECT_EQ(step->method, "GET");
  EXPECT_EQ(step->headers, R"({"a":"b"})");
  EXPECT_EQ(step->memory, R"({"step":1})");
  const json asked = json::parse(script_.asked);
  EXPECT_TRUE(asked["memory"].is_null());
  EXPECT_EQ(asked["response"]["status"], 200);
  EXPECT_EQ(asked["endpoints"], json::object());
}

TEST_F(TypeTest, TurnsAProbeIntoAnAnswer) {
  script_.probe = R"({"ready":1,"wanted":2,"message":"1 of 2 workers joined","again_ms":0})";
  const auto step = type_.probe({});
  EXPECT_FALSE(step->fetches);
  EXPECT_FALSE(step->done);
  EXPECT_EQ(step->wanted, 2);
  EXPECT_EQ(step->again_ms, 10);  // never in a tight circle
}

}  // namespace
}  // namespace berth
