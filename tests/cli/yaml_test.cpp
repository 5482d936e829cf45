#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/job_document.hpp"
#include "cli/set_field.hpp"
#include "cli/yaml_scalar.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

TEST(YamlScalar, IsTypedAsKubernetesUsersExpect) {
  const struct {
    const char* text;
    const char* json;
  } rows[] = {
      {"", "null"},
      {"~", "null"},
      {"null", "null"},
      {"NULL", "null"},
      {"nULL", "\"nULL\""},
      {"true", "true"},
      {"True", "true"},
      {"FALSE", "false"},
      {"tRUE", "\"tRUE\""},
      {"yes", "\"yes\""},
      {"no", "\"no\""},
      {"on", "\"on\""},
      {"off", "\"off\""},
      {"y", "\"y\""},
      {"0", "0"},
      {"42", "42"},
      {"-7", "-7"},
      {"+7", "7"},
      {"010", "10"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"0b1", "\"0b1\""},
      {"0o8", "\"0o8\""},
      {"0x", "\"0x\""},
      {"1_000", "\"1_000\""},
      {"1:30", "\"1:30\""},
      {"2026-11-23", "\"2026-11-23\""},
      {"9223372036854775807", "9223372036854775807"},
      {"18446744073709551615", "18446744073709551615"},
      {"-9223372036854775808", "-9.223372036854775808e18"},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1e3", "1000.0"},
      {"-2.5E-1", "-0.25"},
      {".", "\".\""},
      {"1e", "\"1e\""},
      {"e3", "\"e3\""},
      {"-", "\"-\""},
      {"2.60.0", "\"2.60.0\""},
      {"500m", "\"500m\""},
      {"16Gi", "\"16Gi\""},
      {"30m", "\"30m\""},
      {"hello", "\"hello\""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto value = plain_yaml_value(row.text);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(*value, Json::parse(row.json));
    EXPECT_EQ(value->type_name(), std::string(Json::parse(row.json).type_name()));
  }
}

TEST(YamlScalar, HasNoWordForWhatJsonCannotSay) {
  for (const char* text : {".inf", "-.Inf", ".nan", ".NaN", "1e999"})
    EXPECT_FALSE(plain_yaml_value(text).has_value()) << text;
}

TEST(YamlJob, QuotedScalarsAreTexts) {
  const auto jobs = read_yaml("a: \"5\"\nb: 'true'\nc: !!str 7\nd: |\n  1\n", "job.yaml");
  ASSERT_TRUE(jobs);
  EXPECT_EQ(Json::parse(jobs->front().json),
            Json::parse(R"({"a":"5","b":"true","c":"7","d":"1\n"})"));
}

TEST(YamlJob, HoldsSeveralJobsBetweenLines) {
  const auto jobs = read_yaml("---\nname: a\n---\nname: b\n---\n", "jobs.yaml");
  ASSERT_TRUE(jobs);
  ASSERT_EQ(jobs->size(), 2U);
  EXPECT_EQ(jobs->at(1).json, R"({"name":"b"})");
}

TEST(YamlJob, MergesFieldsThatDoNotStandThereThemselves) {
  const auto jobs = read_yaml(
      "base: &base {cpu: 1, env: {a: 1}}\nmore: &more {cpu: 3, gpu: 4, <<: *base}\n"
      "one: {cpu: 2, <<: *base}\ntwo: {<<: [*more, *base], memory: 5}\nthree: {\"<<\": 1}\n",
      "j.yaml");
  ASSERT_TRUE(jobs) << jobs.error().message;
  const Json job = Json::parse(jobs->front().json);
  EXPECT_EQ(job["one"], Json::parse(R"({"cpu":2,"env":{"a":1}})"));
  EXPECT_EQ(job["two"], Json::parse(R"({"cpu":3,"gpu":4,"env":{"a":1},"memory":5})"));
  EXPECT_EQ(job["three"], Json::parse(R"({"<<":1})"));
}

TEST(YamlJob, ReadsManifestsAsTheirOwnToolsDo) {
  const auto jobs = read_yaml(
      "apiVersion: v1\nkind: X\nspec: {mode: 0644, on: yes, n: 1_000, text: \"1\", whole: 2.0,\n"
      "  none: null, big: 18446744073709551615, least: -9223372036854775808, cpu: 500m,\n"
      "  bits: 0b11, octal: 0o17, hex: -0x1F, part: 1.5, day: 2026-11-23, eight: 08, v: \"0644\"}\n"
      "---\nmode: 0644\non: yes\n",
      "m.yaml");
  ASSERT_TRUE(jobs) << jobs.error().message;
  EXPECT_EQ(Json::parse(jobs->at(0).json)["spec"].dump(),
            R"({"big":18446744073709551615,"bits":3,"cpu":"500m","day":"2026-11-23","eight":8,)"
            R"("hex":-31,"least":-9223372036854775808,"mode":420,"n":1000,"none":null,"octal":15,)"
            R"("on":true,"part":1.5,"text":"1","v":"0644","whole":2})");
  EXPECT_EQ(jobs->at(1).json, R"({"mode":644,"on":"yes"})") << "a job of our own form";
  EXPECT_EQ(jobs->at(1).number, 2);
}

TEST(YamlJob, RemembersWhereEachFieldStands) {
  const auto jobs =
      read_yaml("type: ray\nray:\n  workers:\n    - cpu: 1\n      sku: H1000\n", "t.yaml");
  ASSERT_TRUE(jobs);
  EXPECT_EQ(jobs->front().place("ray.workers[0].sku"), "t.yaml:5");
  EXPECT_EQ(jobs->front().place("ray.workers[0].gpu"), "t.yaml:4");
  EXPECT_EQ(jobs->front().place("project"), "t.yaml");
}

TEST(YamlJob, RefusesByFileAndLine) {
  const struct {
    const char* name;
    const char* text;
    const char* message;
  } rows[] = {
      {"a key twice", "name: a\ntype: b\nname: c\n",
       "j.yaml:3: the key \"name\" stands here a second time"},
      {"a list", "- a\n- b\n", "j.yaml:1: a job is a mapping such as \"type: ray\""},
      {"a merge of a word", "a: 1\nc:\n  <<: b\n",
       "j.yaml:3: << takes a mapping, or a list of them"},
      {"a merge of words", "a: 1\nc:\n  <<: [b]\n", "j.yaml:3: << takes mappings alone"},
      {"infinity", "a: 1\nb: .inf\n", "j.yaml:2: .inf is no number that a job can have"},
      {"what begins no value", ", # x", "j.yaml:1: this begins no value"},
      {"a strange tag", "a: !thing 1\n", "j.yaml:1: the tag !thing means nothing here"},
      {"a strange tag of a list", "a: !thing [1]\n", "j.yaml:1: the tag !thing means nothing here"},
      {"a tag that runs things", "a: !!python/object/apply:os.system [id]\n",
       "j.yaml:1: the tag tag:yaml.org,2002:python/object/apply:os.system means nothing here"},
      {"nothing", "# no job\n", "j.yaml: there is no job in it"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto jobs = read_yaml(row.text, "j.yaml");
    ASSERT_FALSE(jobs);
    EXPECT_EQ(jobs.error().message, row.message);
  }
}

TEST(YamlJob, SaysWhereTheFormIsBroken) {
  const auto jobs = read_yaml("a: [1, 2\nb: 3\n", "j.yaml");
  ASSERT_FALSE(jobs);
  EXPECT_EQ(jobs.error().message.rfind("j.yaml:", 0), 0U) << jobs.error().message;
}

TEST(YamlJob, RefusesAliasesThatGrowBeyondMeasure) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 8; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ", " : "") + below;
    bomb += "]\n";
  }
  const auto jobs = read_yaml(bomb, "bomb.yaml");
  ASSERT_FALSE(jobs);
  EXPECT_NE(jobs.error().message.find("200000 values"), std::string::npos);
}

TEST(YamlJob, RefusesDepthBeyondMeasure) {
  const auto jobs = read_yaml("a: " + std::string(100, '[') + std::string(100, ']'), "deep.yaml");
  ASSERT_FALSE(jobs);
  EXPECT_NE(jobs.error().message.find("nested deeper"), std::string::npos);
}

TEST(TomlJob, HasTheSameFormAsYaml) {
  const auto jobs =
      read_toml("type = \"ray\"\n[ray]\nhead = {cpu = 1}\n[[ray.workers]]\ngpu = 1\n", "t.toml");
  ASSERT_TRUE(jobs);
  EXPECT_EQ(Json::parse(jobs->front().json),
            Json::parse(R"({"type":"ray","ray":{"head":{"cpu":1},"workers":[{"gpu":1}]}})"));
  EXPECT_EQ(jobs->front().place("ray.workers[0].gpu"), "t.toml:5");
}

TEST(TomlJob, RefusesByFileAndLine) {
  const auto jobs = read_toml("a = 1\nb = \n", "t.toml");
  ASSERT_FALSE(jobs);
  EXPECT_EQ(jobs.error().message.rfind("t.toml:2: ", 0), 0U) << jobs.error().message;
}

TEST(TomlJob, RefusesWhatJsonCannotSay) {
  for (const char* text : {"a = 1\nb = nan", "a = 1\nb = -inf"}) {
    const auto jobs = read_toml(text, "t.toml");
    ASSERT_FALSE(jobs) << text;
    EXPECT_EQ(jobs.error().message, "t.toml:2: inf and nan are no numbers that a job can have");
  }
}

TEST(TomlJob, RefusesNamesBeyondMeasure) {
  std::string deep = "a";
  for (int i = 0; i < 300; ++i) deep += ".a";
  const auto jobs = read_toml("x = 1\n" + deep + " = 1", "t.toml");
  ASSERT_FALSE(jobs);
  EXPECT_EQ(jobs.error().message, "t.toml:2: a name has more than 256 parts");
  std::string list = std::string(1 << 20, 'k') + " = [1";
  for (int i = 0; i < 100; ++i) list += ", 1";
  const auto long_names = read_toml(list + "]", "t.toml");
  ASSERT_FALSE(long_names);
  EXPECT_EQ(long_names.error().message, "t.toml:1: has names that are too long");
}

TEST(YamlJob, RefusesNamesBeyondMeasure) {
  std::string list = std::string(1000, 'k') + ": {" + std::string(1000, 'k') + ": [1";
  for (int i = 0; i < 100'000; ++i) list += ", 1";
  const auto jobs = read_yaml(list + "]}", "t.yaml");
  ASSERT_FALSE(jobs);
  EXPECT_EQ(jobs.error().message,
            "t.yaml:1: has names that are too long once its aliases are filled in");
}

TEST(JsonJob, RefusesAKeyThatStandsTwice) {
  const auto jobs = read_json(R"({"a":1,"a":2})", "j.json");
  ASSERT_FALSE(jobs);
  EXPECT_EQ(jobs.error().message, "j.json: the key \"a\" stands twice in one object");
}

TEST(SetField, ChangesOneFieldOfAJob) {
  const struct {
    const char* assignment;
    const char* before;
    const char* after;
  } rows[] = {
      {"name=x", "{}", R"({"name":"x"})"},
      {"priority=50", R"({"priority":1})", R"({"priority":50})"},
      {"a.b.c=true", "{}", R"({"a":{"b":{"c":true}}})"},
      {"a=\"5\"", "{}", R"({"a":"5"})"},
      {"a=no", "{}", R"({"a":"no"})"},
      {"a=", R"({"a":1})", R"({"a":null})"},
      {"a=x=y", "{}", R"({"a":"x=y"})"},
      {"w[0].n=4", R"({"w":[{"n":1},{"n":2}]})", R"({"w":[{"n":4},{"n":2}]})"},
      {"w[1].n=4", R"({"w":[{"n":1}]})", R"({"w":[{"n":1},{"n":4}]})"},
      {"w[0]=7", "{}", R"({"w":[7]})"},
      {"sku=[H100, A100]", "{}", R"({"sku":["H100","A100"]})"},
      {"labels.a\\.b/c=x", "{}", R"({"labels":{"a.b/c":"x"}})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.assignment);
    const auto changed = with_field_set(Json::parse(row.before), row.assignment);
    ASSERT_TRUE(changed);
    EXPECT_EQ(*changed, Json::parse(row.after));
  }
}

TEST(SetField, RefusesWhatCannotBeSet) {
  const struct {
    const char* assignment;
    const char* message;
  } rows[] = {
      {"name", "--set name: write it as path=value, such as ray.workers[0].replicas=4"},
      {"=x", "--set =x: write it as path=value, such as ray.workers[0].replicas=4"},
      {"a..b=x", "--set a..b=x: the path cannot be read; write a.b[0].c"},
      {"a.=x", "--set a.=x: the path cannot be read; write a.b[0].c"},
      {"a[x]=1", "--set a[x]=1: the path cannot be read; write a.b[0].c"},
      {"w[5]=1", "--set w[5]=1: there is no [5] to set"},
      {"name.x=1", "--set name.x=1: \"x\" would have to be inside a plain value"},
      {"a=[1", "--set a=[1: its value cannot be read"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.assignment);
    const auto changed = with_field_set(Json::parse(R"({"name":"n","w":[]})"), row.assignment);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().message, row.message);
  }
}

}  // namespace
}  // namespace berth
