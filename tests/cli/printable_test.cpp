#include "cli/printable.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "captured.hpp"
#include "cli/output_form.hpp"
#include "cli/text_table.hpp"

namespace berth {
namespace {

constexpr ConsoleForm kColoured{.is_terminal = true, .has_colours = true, .width = 80};

TEST(Printable, SpellsWhatWouldSteerATerminal) {
  const struct {
    std::string_view text;
    const char* shown;
  } rows[] = {
      {"größe: 2 → 3", "größe: 2 → 3"},
      {"two\nlines\tand a tab", "two\nlines\tand a tab"},
      {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
      {"\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"},
      {"good\rBAD ", "good\\x0dBAD "},
      {"a\b\x7f", "a\\x08\\x7f"},
      {std::string_view("a\0b", 3), "a\\x00b"},
      {"\xC2\x9B[2J \xC2\x80\xC2\x9F\xC2\xA0", "\\u009b[2J \\u0080\\u009f\xC2\xA0"},
      {"\u202Acba\u202E \u2066\u2069", "\\u202acba\\u202e \\u2066\\u2069"},
      {"\u200E\u200F\u061C\u2029\u2065", "\\u200e\\u200f\\u061c\u2029\u2065"},
      {"8 bit \x9B[2J", "8 bit \uFFFD[2J"},
      {"\xF8\xF9\xFD\xFF", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\U0001F6A2", "\U0001F6A2"},
      {"", ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(printable(row.text), row.shown);
    EXPECT_EQ(printable(row.shown), row.shown);
  }
}

constexpr const char* kEvil = "a\x1b[31mb\x07\u202E";
constexpr const char* kShown = "a\\x1b[31mb\\x07\\u202e";

// Whatever a verb makes of the words of others, they come by one of these ways.
TEST(Console, LetsNoWordsSteerTheTerminal) {
  const std::string whole_line = std::string(kShown) + "\n";
  const struct {
    const char* way;
    void (*show)(Console&);
    std::string out;
    std::string err;
  } rows[] = {
      {"line", [](Console& to) { to.line(kEvil); }, whole_line, ""},
      {"lines", [](Console& to) { to.lines(std::string(kEvil) + "\n"); }, whole_line, ""},
      {"note", [](Console& to) { to.note(kEvil); }, "", whole_line},
      {"live", [](Console& to) { to.live(kEvil); }, std::string("\r\x1b[K") + kShown, ""},
      {"tint", [](Console& to) { to.line(to.tinted(Tint::kGood, kEvil) + kEvil); },
       std::string("\x1b[32m") + kShown + "\x1b[0m" + whole_line, ""},
      {"raw", [](Console& to) { to.raw(kEvil); }, kEvil, ""},
  };
  for (const auto& row : rows) {
    Captured captured(kColoured);
    row.show(captured.console);
    EXPECT_EQ(captured.out.str(), row.out) << row.way;
    EXPECT_EQ(captured.err.str(), row.err) << row.way;
  }
}

TEST(Console, EndsATintThatWasCut) {
  Captured captured({.is_terminal = true, .has_colours = true, .width = 5});
  captured.console.live(captured.console.tinted(Tint::kBad, "Failed"));
  EXPECT_EQ(captured.out.str(), "\r\x1b[K\x1b[31mFai…\x1b[0m");
}

TEST(TextTable, MakesRoomForWhatIsSpelledOut) {
  Captured captured;
  TextTable table({{"NAME"}, {"X"}});
  table.add({"\x1b[m", "1"});
  table.add({"abc", "a\r\nb"});
  EXPECT_EQ(table.text(captured.console), "NAME    X\n\\x1b[m  1\nabc     a  b\n");
}

TEST(OutputForm, IsExactAndHarmlessInYaml) {
  const nlohmann::json value{{"a", kEvil}, {"b", "\x7f\xC2\x9B"}, {"c", "größe"}};
  const std::string text = yaml_text(value);
  EXPECT_EQ(text, "a: \"a\\x1b[31mb\\x07\\u202e\"\nb: \"\\x7f\\x9b\"\nc: größe\n");
  EXPECT_EQ(printable(text), text);
}

}  // namespace
}  // namespace berth
