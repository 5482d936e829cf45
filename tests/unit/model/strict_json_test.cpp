#include "model/strict_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

std::string nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(StrictJson, ReadsWhatIsWellFormed) {
  const auto value = parse_strict_json(R"({"a": [1, 2.5, true, null, "x"], "b": {"a": "\u00e9"}})");
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["a"].size(), 5u);
  EXPECT_EQ((*value)["b"]["a"], "\u00e9");
}

TEST(StrictJson, ReadsWhatTheLibraryReads) {
  for (const char* text :
       {"null", "true", "-12", "18446744073709551615", "1.5e3", R"("\u00e9\n")", "{}", "[]", "[[],{}]",
        R"({"b": [1, {"a": {}, "z": [[2], "x"]}], "a": {"c": null}})"}) {
    const auto value = parse_strict_json(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(*value, nlohmann::json::parse(text)) << text;
    EXPECT_EQ(value->dump(), nlohmann::json::parse(text).dump()) << text;
  }
}

struct Row {
  const char* name;
  std::string text;
  const char* says;  // part of the message
};

TEST(StrictJson, RefusesAndSaysWhy) {
  const Row rows[] = {
      {"nothing", "", "end of input"},
      {"no JSON", "hello", "line 1, column 1"},
      {"cut short", R"({"a": 1)", "end of input"},
      {"more after the end", "{} {}", "column 4"},
      {"a comma too many", R"({"a": 1,})", "column 9"},
      {"a comment", "{} // no", "column 4"},
      {"a key twice", R"({"a": 1, "b": 2, "a": 3})", "the key \"a\" stands twice"},
      {"a key twice within", R"([{"x": {"k": 1, "k": 1}}])", "the key \"k\" stands twice"},
      {"a key twice by escape", R"({"a": 1, "\u0061": 2})", "the key \"a\" stands twice"},
      {"no UTF-8", "{\"a\": \"\xff\"}", "not valid UTF-8"},
      {"a lone surrogate", R"({"a": "\ud800"})", "surrogate"},
      {"too deep", nested(65), "nested deeper than 64"},
      {"far too deep", std::string(1'000'000, '['), "nested deeper than 64"},
      {"not a number", "[NaN]", "column 2"},
      {"a number too large", "[1e999]", "number overflow"},
  };
  for (const Row& row : rows) {
    const auto value = parse_strict_json(row.text);
    ASSERT_FALSE(value) << row.name;
    EXPECT_EQ(value.error().code, "BadJson") << row.name;
    EXPECT_NE(value.error().message.find(row.says), std::string::npos)
        << row.name << ": " << value.error().message;
  }
}

TEST(StrictJson, AllowsTheSameKeyInTwoObjects) {
  EXPECT_TRUE(parse_strict_json(R"([{"k": 1}, {"k": {"k": 2}}])"));
}

TEST(StrictJson, CountsOnlyBracketsOutsideOfText) {
  EXPECT_TRUE(parse_strict_json(nested(64)));
  EXPECT_TRUE(
      parse_strict_json("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\""));
  EXPECT_FALSE(parse_strict_json("[[[]]]", 2));
}

}  // namespace
}  // namespace berth
