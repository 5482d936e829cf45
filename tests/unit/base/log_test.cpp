#include "base/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace berth {
namespace {

// One logger for all: a second of the same name would be refused.
TEST(Log, SpellsControlCharactersOfItsValues) {
  const struct {
    std::string value;
    std::string logged;
  } rows[] = {
      {"plain", "plain"},
      {"größe", "größe"},
      {"", R"("")"},
      {"two words", R"("two words")"},
      {R"(a "b" c:\d)", R"("a \"b\" c:\\d")"},
      {"two\nlines", R"("two\nlines")"},
      {"a\tb\r", R"("a\tb\r")"},
      {"\x1b[2J", R"("\x1b[2J")"},
      {"\x07\x7f", R"("\x07\x7f")"},
      {std::string("a\0b", 3), R"("a\x00b")"},
      {"\xC2\x9B[2J", R"("\x9b[2J")"},
      {"\xC2\xA0\xC2", "\xC2\xA0\xC2"},
  };
  const std::string path = testing::TempDir() + "berth-log-" + std::to_string(::getpid());
  start_logging("info", path);
  for (const auto& row : rows) log_info("said", {{"what", row.value}});
  start_logging("off", "");
  std::ifstream file(path);
  for (const auto& row : rows) {
    std::string line;
    std::getline(file, line);
    EXPECT_EQ(line.substr(line.find("said ")), "said what=" + row.logged);
  }
  std::remove(path.c_str());
}

}  // namespace
}  // namespace berth
