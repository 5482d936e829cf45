#include "config/toml_depth.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

struct Row {
  const char* name;
  std::string toml;
  int line;
};

TEST(TomlDepth, FindsTheNameThatHasTooManyParts) {
  const std::string deep = repeated("a.", kNamePartsMax) + "b";
  for (const auto& [name, toml, line] : std::initializer_list<Row>{
           {"nothing", "", 0},
           {"a key", "x = 1\n" + deep + " = 1\n", 2},
           {"a heading", "\n\n[" + deep + "]", 3},
           {"within a table", "x = {" + deep + " = 1}", 1},
           {"quoted parts", repeated("\"a\".", kNamePartsMax) + "b = 1", 1},
           {"parts with blanks", repeated("a . ", kNamePartsMax) + "b = 1", 1},
           {"just not too many", repeated("a.", kNamePartsMax - 1) + "b = 1", 0},
           {"numbers in a list", "x = [" + repeated("0.5, ", 1000) + "]", 0},
           {"text", "x = \"" + repeated("a.", 1000) + "\\\"" + repeated("a.", 1000) + "\"", 0},
           {"plain text", "x = '" + repeated("a.", 1000) + "'", 0},
           {"a remark", "x = 1  # " + repeated("a.", 1000) + "\ny = 1", 0},
           {"a remark at the end", "#", 0},
           {"an open quote", "x = \"\\", 0},
       })
    EXPECT_EQ(line_of_too_deep_name(toml), line) << name;
}

}  // namespace
}  // namespace berth
