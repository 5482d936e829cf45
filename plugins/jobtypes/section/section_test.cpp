#include "section/section.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "section/quantity_text.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::vector<std::string> lines(const problems& found) {
  std::vector<std::string> all;
  for (const problem& row : found.rows()) {
    all.push_back(row.path + ": " + row.message + (row.hint.empty() ? "" : "; " + row.hint));
  }
  return all;
}

TEST(Section, GivesFallbacksForWhatIsAbsentOrNull) {
  const json object = {{"cpu", nullptr}};
  problems found;
  Section section(object, "job", found);
  EXPECT_EQ(section.milli("cpu", 1000), 1000);
  EXPECT_EQ(section.text("name", "none"), "none");
  section.refuse_others();
  EXPECT_TRUE(found.empty());
}

TEST(Section, FindsAllProblemsAtOnceByPath) {
  const json object = json::parse(R"({"count": 0, "cpu": "2x", "run": [1], "name": 5,
                                      "map": {"a": []}, "list": [7]})");
  problems found;
  Section section(object, "job", found);
  section.whole("count", 1, 1, 10);
  section.milli("cpu", 0);
  section.texts("run");
  section.text("name", "");
  section.text_map("map");
  section.sections("list");
  EXPECT_EQ(
      lines(found),
      (std::vector<std::string>{
          "job.count: must be 1 to 10, is 0",
          "job.cpu: \"2x\" is no quantity; write a number with an optional unit such as "
          "\"500m\", \"2\" or \"16Gi\"",
          "job.run[0]: must be a text, is number", "job.name: must be a text, is number",
          "job.map.a: must be a text, is array", "job.list[0]: must be an object, is number"}));
}

TEST(Section, NamesTheNearestRightFieldOfAnUnknownOne) {
  const json object = {{"memry", "1Gi"}, {"zzz", 1}};
  problems found;
  Section section(object, "job", found);
  section.bytes("memory", 0);
  section.refuse_others();
  EXPECT_EQ(lines(found), (std::vector<std::string>{"job.memry: no such field; nearest: \"memory\"",
                                                    "job.zzz: no such field"}));
}

TEST(Section, RefusesNumbersBeyondTheRangeOfItsInteger) {
  const json object = json::parse(R"({"count": 18446744073709551615})");
  problems found;
  Section section(object, "job", found);
  EXPECT_EQ(section.whole("count", 1, 1, 10), 1);
  EXPECT_EQ(found.rows().size(), 1u);
}

TEST(Quantity, IsReadAsKubernetesReadsIt) {
  struct Row {
    const char* text;
    double scale;
    std::optional<std::int64_t> amount;
  };
  const Row rows[] = {{"2", 1000, 2000},
                      {"0.1", 1000, 100},
                      {"500m", 1000, 500},
                      {"1.5", 1000, 1500},
                      {"16Gi", 1, 1LL << 34},
                      {"1k", 1, 1000},
                      {"1m", 1, 1},
                      {"0", 1, 0},
                      {"12e6", 1, 12'000'000},
                      {"1E+3", 1, 1000},
                      {"2500u", 1000, 3},
                      {"1e", 1, std::nullopt},
                      {"1e99", 1, std::nullopt},
                      {"1e999", 1, std::nullopt},
                      {"1Ei", 1, std::nullopt},
                      {"", 1, std::nullopt},
                      {"-1", 1, std::nullopt},
                      {"Gi", 1, std::nullopt},
                      {"1gi", 1, std::nullopt},
                      {"9999999999Gi", 1, std::nullopt},
                      {"1.2.3", 1, std::nullopt}};
  for (const Row& row : rows)
    EXPECT_EQ(parse_quantity(row.text, row.scale), row.amount) << row.text;
}

}  // namespace
}  // namespace berth
