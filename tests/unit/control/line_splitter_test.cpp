#include "control/line_splitter.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

std::string shown(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) text += (line.is_too_long ? "(too long)" : line.text) + "|";
  return text;
}

TEST(LineSplitter, JoinsPiecesToLines) {
  LineSplitter splitter(100);
  EXPECT_EQ(shown(splitter.add("a\nb")), "a|");
  EXPECT_EQ(shown(splitter.add("c")), "");
  EXPECT_EQ(shown(splitter.add("d\n\n \r\ne")), "bcd|");
  EXPECT_EQ(shown(splitter.finish()), "e|");
  EXPECT_EQ(shown(splitter.finish()), "");
}

TEST(LineSplitter, SaysThatALineIsTooLongAndGoesOnBehindIt) {
  LineSplitter splitter(3);
  EXPECT_EQ(shown(splitter.add("abc\nab")), "abc|");
  EXPECT_EQ(shown(splitter.add("cd")), "");
  EXPECT_EQ(shown(splitter.add("efgh\nx\n")), "(too long)|x|");
}

TEST(LineSplitter, SaysItOfALastLineWithoutNewline) {
  LineSplitter splitter(3);
  splitter.add("abcdef");
  EXPECT_EQ(shown(splitter.finish()), "(too long)|");
}

}  // namespace
}  // namespace berth
