#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "captured.hpp"
#include "cli/age_text.hpp"
#include "cli/explain_table.hpp"
#include "cli/job_logs.hpp"
#include "cli/job_table.hpp"
#include "cli/line_splitter.hpp"
#include "cli/needs_text.hpp"
#include "cli/new_plugin.hpp"
#include "cli/output_form.hpp"
#include "cli/problem_text.hpp"
#include "cli/show_endpoint.hpp"
#include "cli/text_table.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

TEST(AgeText, IsInWholeUnits) {
  const struct {
    std::int64_t ms;
    const char* text;
  } rows[] = {{-5, "0s"},          {999, "0s"},         {12'000, "12s"},
              {60'000, "1m"},      {3'599'000, "59m"},  {3'600'000, "1h"},
              {86'400'000, "24h"}, {172'800'000, "2d"}, {900'000'000, "10d"}};
  for (const auto& row : rows) EXPECT_EQ(age_text(row.ms), row.text) << row.ms;
  EXPECT_EQ(elapsed_text(9'840), "9.8 s");
  EXPECT_EQ(elapsed_text(200'000), "3 m 20 s");
  EXPECT_EQ(microseconds_text(31.2), "31 us");
  EXPECT_EQ(microseconds_text(0.9), "0.9 us");
  EXPECT_EQ(microseconds_text(1234), "1.2 ms");
}

TEST(AgeText, ReadsTheTimesOfTheWire) {
  EXPECT_EQ(iso_ms("1970-01-01T00:00:01.250Z"), 1250);
  EXPECT_EQ(iso_ms("2026-11-23T12:00:00Z"), 1795435200000);
  EXPECT_EQ(iso_ms("never"), 0);
}

TEST(TextTable, IsAsWideAsItsWords) {
  Captured captured;
  TextTable table({{"ID"}, {"REASON", true}, {"GPU", false, true}});
  table.add({"a", "WaitingForCapacity: 32 gpu", "2"});
  table.add({"bcd", "", "16"});
  EXPECT_EQ(table.text(captured.console),
            "ID   REASON                      GPU\n"
            "a    WaitingForCapacity: 32 gpu    2\n"
            "bcd  -                            16\n");
}

TEST(TextTable, FitsATerminalByWhatGivesWay) {
  Captured captured({.is_terminal = true, .width = 24});
  TextTable table({{"ID"}, {"REASON", true}, {"GPU", false, true}});
  table.add({"abc", "WaitingForCapacity: 32 gpu", "2"});
  EXPECT_EQ(table.text(captured.console),
            "ID   REASON          GPU\n"
            "abc  WaitingForCap…    2\n");
}

TEST(TextTable, ShowsWhatWasCutBelowTheRow) {
  Captured captured({.is_terminal = true, .width = 24});
  TextTable table({{"ID"}, {"REASON", true, false, true}, {"GPU", false, true}});
  table.add({"abc", "WaitingForCapacity: 32 gpu, 6 free", "2"});
  table.add({"d", "Held", "2"});
  EXPECT_EQ(table.text(captured.console),
            "ID   REASON          GPU\n"
            "abc  WaitingForCap…    2\n"
            "  WaitingForCapacity: 32\n"
            "  gpu, 6 free\n"
            "d    Held              2\n");
}

TEST(TextTable, GoesOnInTheColumnsOfTheRowsBefore) {
  const auto pieces = [](int width) {
    Captured captured({.width = width});
    TextTable table({{"ID"}, {"REASON", true}, {"GPU", false, true}});
    table.add({"abc", "WaitingForCapacity", "2"});
    std::string all = table.text(captured.console);
    table.add({"d", "Held", "16"});
    table.add({"e", "WaitingForCapacity: 32", "1"});
    return all + "+\n" + table.text(captured.console);
  };
  EXPECT_EQ(pieces(30),
            "ID   REASON              GPU\n"
            "abc  WaitingForCapacity    2\n"
            "+\n"
            "d    Held                 16\n"
            "e    WaitingForCapacit…    1\n");
  EXPECT_EQ(pieces(0),
            "ID   REASON              GPU\n"
            "abc  WaitingForCapacity    2\n"
            "+\n"
            "d    Held                     16\n"
            "e    WaitingForCapacity: 32    1\n");
}

TEST(TextTable, CountsCharactersAndNotBytes) {
  Captured captured;
  TextTable table({{"NAME"}, {"X"}});
  table.add({"größe", "1"});
  table.add({"abc", "two\nlines"});
  EXPECT_EQ(table.text(captured.console), "NAME   X\ngröße  1\nabc    two lines\n");
}

TEST(TextTable, HasColoursOnlyWhereTheyCanBeShown) {
  Captured plain;
  Captured coloured({.is_terminal = true, .has_colours = true, .width = 80});
  const auto shown_on = [](Captured& captured) {
    TextTable table({{"S"}});
    table.add({{"ok", Tint::kGood}});
    captured.console.lines(table.text(captured.console));
    return captured.out.str();
  };
  EXPECT_EQ(shown_on(plain), "S\nok\n");
  EXPECT_EQ(shown_on(coloured), "S\n\x1b[32mok\x1b[0m\n");
}

TEST(JobTable, SaysInTheRowWhyAJobWaits) {
  Captured captured;
  const std::vector<Json> jobs{
      Json::parse(R"({"id":"j1","name":"ray-pi","type":"ray","project":"eta","user":"maria",
        "phase":"Running","reason":"","message":"","gpu":2.0,"age_ms":120000,"runtime_ms":60000,
        "assignment":{"cluster":"west","pool":"gpu-a"}})"),
      Json::parse(R"({"id":"j2","name":"big","type":"ray","project":"eta","user":"maria",
        "phase":"Pending","reason":"WaitingForCapacity","message":"32 gpu, 6 free at gpu-a",
        "gpu":32.0,"age_ms":300000,"runtime_ms":null,"assignment":null})"),
      Json::parse(R"({"id":"j3","name":"etl","type":"spark","project":"eta","user":"maria",
        "phase":"Pending","reason":"Held","held":{"by":"jo","reason":"wait for the schema"},
        "gpu":0.5,"age_ms":3600000})")};
  EXPECT_EQ(job_table(jobs, false, captured.console),
            "ID  NAME    TYPE   PROJECT  USER   STATUS   REASON                                    "
            "   POOL   CLUSTER  GPU  AGE  RUNTIME\n"
            "j1  ray-pi  ray    eta      maria  Running  -                                         "
            "   gpu-a  west       2   2m       1m\n"
            "j2  big     ray    eta      maria  Pending  WaitingForCapacity: 32 gpu, 6 free at "
            "gpu-a  -      -         32   5m        -\n"
            "j3  etl     spark  eta      maria  Pending  Held by jo: \"wait for the schema\"       "
            "     -      -        0.5   1h        -\n");
}

Json a_decision() {
  return Json::parse(R"({
    "placed":true,"cluster":"west","pool":"gpu-a","tier":"ancestor:applied-ai","profile":"default",
    "filters":["cluster_ready","gpu_sku","capacity"],
    "scorers":[{"name":"least_loaded","weight":2},{"name":"bin_pack","weight":1}],
    "rows":[
      {"tier":"owned","cluster":"west","pool":"eta","chosen":false,"scores":[],"total":0,"filters":[
        {"answer":"fits"},{"answer":"never","reason":"WrongSku","text":"has A100, wants H100"},
        {"answer":"not_asked"}]},
      {"tier":"ancestor:applied-ai","cluster":"west","pool":"gpu-a","chosen":true,
       "scores":[0.75,0.4],"total":1.9,"filters":[{"answer":"fits"},{"answer":"fits"},
        {"answer":"fits","text":"6 gpu free"}]},
      {"tier":"ancestor:applied-ai","cluster":"east","pool":"gpu-b","chosen":false,
       "scores":[0.2,0.8],"total":1.2,"filters":[{"answer":"fits"},{"answer":"fits"},
        {"answer":"fits"}]}],
    "tiers_not_asked":["shared"],"rows_left_out":0,"refusals":[],
    "view":118,"generation":3,"took_us":31.2})");
}

TEST(ExplainTable, HasARowForEachPoolAndTheWordsOfARefusalBelow) {
  EXPECT_EQ(explain_text(a_decision(), 0),
            "tier                 pool          cluster_ready  gpu_sku   capacity         "
            "least_loaded x2  bin_pack x1  total\n"
            "owned                west/eta      ok             WrongSku  -\n"
            "                                                  has A100, wants H100\n"
            "ancestor applied-ai  west/gpu-a *  ok             ok        ok (6 gpu free)  0.75     "
            "        0.40         1.90\n"
            "                     east/gpu-b    ok             ok        ok               0.20     "
            "        0.80         1.20\n"
            "shared     (not asked: a nearer tier had room)\n"
            "\n"
            "decided in 31 us on fleet view 118, policy default@3            * chosen\n");
}

TEST(ExplainTable, HasABlockForEachPoolWhereItIsNarrow) {
  EXPECT_EQ(explain_text(a_decision(), 80),
            "west/eta  (owned)\n"
            "  ok: cluster_ready\n"
            "  gpu_sku: WrongSku: has A100, wants H100\n"
            "west/gpu-a *  (ancestor applied-ai)\n"
            "  ok: cluster_ready, gpu_sku, capacity (6 gpu free)\n"
            "  total 1.90: least_loaded x2 0.75, bin_pack x1 0.40\n"
            "east/gpu-b  (ancestor applied-ai)\n"
            "  ok: cluster_ready, gpu_sku, capacity\n"
            "  total 1.20: least_loaded x2 0.20, bin_pack x1 0.80\n"
            "shared     (not asked: a nearer tier had room)\n"
            "\n"
            "decided in 31 us on fleet view 118, policy default@3            * chosen\n");
}

TEST(ExplainTable, SaysWhatAWaitingJobWaitsFor) {
  const Json decision = Json::parse(R"({"placed":false,"never":true,"reason":"NoMatchingPool",
    "message":"no pool has H1000","profile":"default","filters":["gpu_sku"],"scorers":[],
    "rows":[{"tier":"shared","cluster":"west","pool":"cpu","filters":[
      {"answer":"never","reason":"WrongSku","text":"has no GPU"}],"scores":[]}],
    "rows_left_out":12,"refusals":[{"what":"gpu_sku: WrongSku","pools":13}],
    "view":1,"generation":1,"took_us":2})");
  EXPECT_EQ(
      explain_text(decision, 0),
      "tier    pool      gpu_sku   total\n"
      "shared  west/cpu  WrongSku\n"
      "                  has no GPU\n"
      "(and 12 more pools; refusals in all: gpu_sku: WrongSku 13)\n"
      "\n"
      "not placed: NoMatchingPool: no pool has H1000 (no pool that is known could ever take it)\n"
      "decided in 2.0 us on fleet view 1, policy default@1\n");
}

TEST(NeedsText, SaysWhatAJobWantsInALine) {
  const Json job = Json::parse(R"({"name":"ray-pi","type":"ray","project":"eta","owner":"eta-team",
    "groups":[{"name":"head","count":1,"cpu_milli":1000,"memory_bytes":4294967296,"gpu_milli":0},
              {"name":"gpu","count":2,"cpu_milli":500,"gpu_milli":1000,"skus":["H100","A100"]}]})");
  EXPECT_EQ(job_title(job),
            "ray-pi (ray, project eta, owner eta-team): head 1 cpu 4Gi, 2 gpu x 0.5 cpu 1 gpu "
            "H100|A100");
}

TEST(ProblemText, NamesThePathTheWrongThingAndTheNearestRightOne) {
  Error error("BadRequest", "2 problems",
              {{"ray.workers[0].sku", "no pool has \"H1000\"", "H100"},
               {"command", "must be an object", "command: {run: x}"}});
  EXPECT_EQ(problem_text(error),
            "error: ray.workers[0].sku: no pool has \"H1000\"; nearest: \"H100\"\n"
            "error: command: must be an object; command: {run: x}");
  EXPECT_EQ(problem_text(error, [](const std::string&) { return "j.yaml:4"; }),
            "error: j.yaml:4: ray.workers[0].sku: no pool has \"H1000\"; nearest: \"H100\"\n"
            "error: j.yaml:4: command: must be an object; command: {run: x}");
  EXPECT_EQ(problem_text({"QueueFull", "the queue is full"}), "error: the queue is full");
}

TEST(ShowEndpoint, PrintsWhatAClientCanBeGiven) {
  EXPECT_EQ(endpoint_address("client", "127.0.0.1:10001"), "ray://127.0.0.1:10001");
  EXPECT_EQ(endpoint_address("master", "127.0.0.1:7077"), "spark://127.0.0.1:7077");
  EXPECT_EQ(endpoint_address("ui", "127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(endpoint_address("dashboard", "127.0.0.1:8265"), "http://127.0.0.1:8265");
  EXPECT_EQ(endpoint_address("gcs", "127.0.0.1:6379"), "127.0.0.1:6379");
  EXPECT_EQ(endpoint_address("client", "ray://h:1"), "ray://h:1");
  EXPECT_EQ(export_lines(Json::parse(R"({"A":"it's","B":"x"})")),
            "export A='it'\\''s'\nexport B='x'\n");
}

TEST(OutputForm, QuotesInYamlWhatWouldBeReadAsAnotherType) {
  const Json value = Json::parse(R"({"a":"5","b":5,"c":"no","d":[],"e":null,"f":"true"})");
  EXPECT_EQ(yaml_text(value), "a: \"5\"\nb: 5\nc: no\nd: []\ne: ~\nf: \"true\"\n");
}

TEST(LineSplitter, GivesLinesWhenTheyAreWhole) {
  LineSplitter lines;
  std::vector<std::string> got;
  const auto take = [&](std::string_view line) {
    got.emplace_back(line);
    return line != "stop";
  };
  EXPECT_TRUE(lines.feed("one\ntw", take));
  EXPECT_TRUE(lines.feed("o\n", take));
  EXPECT_FALSE(lines.feed("stop\nlater\n", take));
  EXPECT_EQ(got, (std::vector<std::string>{"one", "two", "stop"}));
}

TEST(JobLogs, KnowsTheLastLines) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc", 1), "c");
  EXPECT_EQ(last_lines("a\n", 5), "a\n");
  EXPECT_EQ(last_lines("", 5), "");
  EXPECT_EQ(last_lines("a\nb\n", 0), "");
}

TEST(NewPlugin, SpellsItsNameInThreeWays) {
  const auto name = plugin_name("no-fridays");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->file, "no_fridays");
  EXPECT_EQ(name->type, "NoFridays");
  EXPECT_EQ(name->id, "acme.no-fridays");
  EXPECT_EQ(plugin_name("eta.sku")->id, "eta.sku");
  EXPECT_EQ(renamed_for(*name, "TeamSku team_sku.cpp acme.team-sku"),
            "NoFridays no_fridays.cpp acme.no-fridays");
  for (const char* bad : {"", "a/b", "../x", "9lives", "x."}) EXPECT_FALSE(plugin_name(bad)) << bad;
}

TEST(ConsoleText, IsCutAtACharacter) {
  EXPECT_EQ(cut_to_width("größer", 4), "grö…");
  EXPECT_EQ(cut_to_width("abc", 3), "abc");
  EXPECT_EQ(text_width("größer"), 6U);
  const Captured coloured({.is_terminal = true, .has_colours = true, .width = 80});
  EXPECT_EQ(text_width(coloured.console.tinted(Tint::kGood, "modem")), 5U);
}

TEST(Console, DrawsOverOnlyOnATerminal) {
  Captured plain;
  plain.console.live("waiting");
  plain.console.line("done");
  EXPECT_EQ(plain.out.str(), "done\n");
  Captured terminal({.is_terminal = true, .width = 80});
  terminal.console.live("waiting");
  terminal.console.line("done");
  EXPECT_EQ(terminal.out.str(), "\r\x1b[Kwaiting\r\x1b[Kdone\n");
}

}  // namespace
}  // namespace berth
