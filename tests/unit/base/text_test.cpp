#include "base/text.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

struct Row {
  const char* name;
  std::string bytes;
  bool is_utf8;
  std::string clean;
};

const Row kRows[] = {
    {"nothing", "", true, ""},
    {"ASCII", "plain", true, "plain"},
    {"two, three and four bytes", "\u00e9\u20ac\U0001F680", true, "\u00e9\u20ac\U0001F680"},
    {"a zero byte", std::string("a\0b", 3), true, std::string("a\0b", 3)},
    {"a lone continuation", "a\x80z", false, "a\uFFFDz"},
    {"overlong", "\xC0\xAF", false, "\uFFFD\uFFFD"},
    {"overlong in three", "\xE0\x80\xAF", false, "\uFFFD\uFFFD\uFFFD"},
    {"a surrogate", "\xED\xA0\x80", false, "\uFFFD\uFFFD\uFFFD"},
    {"beyond Unicode", "\xF4\x90\x80\x80", false, "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"cut short", "a\xE2\x82", false, "a\uFFFD\uFFFD"},
    {"Latin-1", "caf\xE9", false, "caf\uFFFD"},
};

TEST(Text, KnowsUtf8) {
  for (const Row& row : kRows) EXPECT_EQ(is_utf8(row.bytes), row.is_utf8) << row.name;
}

TEST(Text, MakesForeignBytesFitToKeep) {
  for (const Row& row : kRows) {
    EXPECT_EQ(clean_utf8(row.bytes), row.clean) << row.name;
    EXPECT_TRUE(is_utf8(clean_utf8(row.bytes))) << row.name;
  }
}

TEST(Text, IsCutAtACharacterAndSaysSo) {
  EXPECT_EQ(clean_utf8("abcdef", 6), "abcdef");
  EXPECT_EQ(clean_utf8("abcdef", 5), "abcde\u2026");
  EXPECT_EQ(clean_utf8("ab\u20ac", 4), "ab\u2026");
}

TEST(Text, JoinsWords) {
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
}

}  // namespace
}  // namespace berth
