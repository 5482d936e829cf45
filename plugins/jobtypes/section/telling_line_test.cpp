#include "section/telling_line.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(TellingLine, IsTheLastThatSaysWhy) {
  struct Row {
    const char* text;
    const char* line;
  };
  const Row rows[] = {
      {"", ""},
      {"\n \n\t\n", ""},
      {"one", "one"},
      {"half a li", "half a li"},
      {"one\ntwo \r\n\n", "two"},
      {"E: no\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n", "E: no"},
      {"E: no\n\tat a.B.c(B.java:1)\nCaused by: F: none\n\tat a.G.h(G.java:3)\n\t... 8 more",
       "Caused by: F: none"},
      {"\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)", ""},
      {"ValueError: no\n26/11/26 16:22:45 INFO Hooks: called\n26/11/26 16:22:46 WARN Utils: x",
       "ValueError: no"},
      {"ValueError: no\n2026-11-26T16:22:45.123Z INFO Hooks: called", "ValueError: no"},
      {"26/11/26 16:22:45 INFO Hooks: called\n26/11/26 16:22:46 ERROR Utils: lost",
       "26/11/26 16:22:46 ERROR Utils: lost"},
      {"26/11/26 16:22:45 INFO Hooks: called\n26/11/26 16:22:46 WARN Utils: x",
       "26/11/26 16:22:46 WARN Utils: x"},
      {"no\nthere is no INFO here", "there is no INFO here"},
      {"26/11/26 16:22:45 WARN Utils: x\nValueError: no", "ValueError: no"},
  };
  for (const Row& row : rows) EXPECT_EQ(telling_line(row.text), row.line) << row.text;
  EXPECT_EQ(telling_line(std::string(400, 'x')), std::string(300, 'x') + "...");
}

TEST(TellingLine, IsNotOfAStackThatALoggerWrote) {
  const std::string logged =
      "26/11/26 16:22:46 WARN Rpc: lost\njava.io.IOException: reset\n\tat a.B.c(B.java:1)\n"
      "Caused by: F: none\n\tat a.G.h(G.java:3)\n\t... 8 more\n";
  EXPECT_EQ(telling_line("ValueError: no\n" + logged), "ValueError: no");
  EXPECT_EQ(telling_line(logged), "26/11/26 16:22:46 WARN Rpc: lost");
  EXPECT_EQ(telling_line(logged + "ValueError: no\n"), "ValueError: no");
  EXPECT_EQ(telling_line(logged + "Exception in thread \"main\" E: gone\n\tat a.B.c(B.java:1)\n"),
            "Exception in thread \"main\" E: gone");
}

}  // namespace
}  // namespace berth
