#include "status/json_row.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "status/json_text.hpp"

namespace berth {
namespace {

TEST(JsonRow, IsOneObjectInTheOrderOfItsMembers) {
  std::string out = "[";
  JsonRow row(out);
  row.text("name", "a \"b\"");
  row.number("count", -3);
  row.truth("good", false);
  row.null("end");
  row.json("list", "[1,2]");
  row.end();
  EXPECT_EQ(out, R"([{"name":"a \"b\"","count":-3,"good":false,"end":null,"list":[1,2]})");
}

TEST(JsonRow, MayBeEmpty) {
  std::string out;
  JsonRow(out).end();
  EXPECT_EQ(out, "{}");
}

// Whatever bytes there are: letters, control characters, escapes, whole and broken UTF-8.
TEST(JsonRow, WritesTextAsTheLibraryDoes) {
  std::mt19937 dice(7);
  const std::string pieces[] = {"a",      "Z",    " ",    "\"",   "\\",         "/",
                                "\n",     "\x01", "\x7f", "ü",    "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                                "\xc3",   "\xff", "\x80", "\xed\xa0\x80"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto left = dice() % 12; left > 0; --left) text += pieces[dice() % std::size(pieces)];
    std::string out;
    append_json_text(out, text);
    ASSERT_EQ(out, json_text(text));
  }
}

}  // namespace
}  // namespace berth
