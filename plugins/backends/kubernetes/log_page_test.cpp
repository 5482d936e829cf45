#include "log_page.hpp"

#include <gtest/gtest.h>

#include "time_text.hpp"

namespace berth {
namespace {

std::string at(int second, int part = 0) {
  char text[40];
  std::snprintf(text, sizeof text, "2026-11-26T04:08:%02d.%09dZ ", second, part);
  return text;
}

TEST(Times, AreReadToTheNanosecond) {
  EXPECT_EQ(parse_time_ns("1970-01-01T00:00:01.5Z"), 1'500'000'000);
  EXPECT_EQ(parse_time_ns("1970-01-01T02:00:01+02:00"), 1'000'000'000);
  EXPECT_EQ(parse_time_ms("2026-11-26T04:08:38Z"), 1795666118000);
  EXPECT_EQ(time_text(*parse_time_ns("2026-11-26T04:08:38.999Z")), "2026-11-26T04:08:38Z");
  for (const char* wrong : {"", "2026", "2026-13-01T00:00:00Z", "2026-11-26 04:08:38Z",
                            "2026-11-26T04:08:38", "2026-11-26T04:08:38Zx"})
    EXPECT_FALSE(parse_time_ns(wrong)) << wrong;
}

TEST(LogPages, LeaveOutTheTimesAndGoOnWhereTheyWere) {
  std::string log = at(1) + "one\n" + at(2) + "two\n";
  const LogPage first = next_log_page({}, log, true);
  EXPECT_EQ(first.data, "one\ntwo\n");
  EXPECT_EQ(first.next.offset, 8);
  EXPECT_EQ(next_log_page(first.next, log, true).data, "");
  log += at(3) + "three\n";
  EXPECT_EQ(next_log_page(first.next, log, true).data, "three\n");
}

TEST(LogPages, GiveTheBeginningOfALineAndLaterItsRest) {
  const std::string log = at(1) + "a long line\n" + at(1, 5) + "more\n";
  const LogPage first = next_log_page({}, log.substr(0, at(1).size() + 6), true);
  EXPECT_EQ(first.data, "a long");
  EXPECT_TRUE(first.next.is_mid_line);
  EXPECT_EQ(next_log_page(first.next, log, true).data, " line\nmore\n");
}

TEST(LogPages, WaitForATimeThatIsNotWholeYet) {
  const std::string log = at(1) + "one\n" + at(2) + "two\n";
  const LogPage first = next_log_page({}, log.substr(0, at(1).size() + 4 + 10), true);
  EXPECT_EQ(first.data, "one\n");
  EXPECT_EQ(next_log_page(first.next, log, true).data, "two\n");
}

TEST(LogPages, DoNotTearALetterApart) {
  const std::string log = at(1) + "\xC3\xA4\n";  // two bytes
  const LogPage first = next_log_page({}, log.substr(0, at(1).size() + 1), true);
  EXPECT_EQ(first.data, "");
  EXPECT_EQ(next_log_page(first.next, log, true).data, "\xC3\xA4\n");
  EXPECT_EQ(next_log_page({}, log.substr(0, at(1).size() + 1), false).data, "\xC3");
}

TEST(LogPages, MoveOnToALaterSecondWhenMuchWasGiven) {
  std::string log;
  for (int i = 0; i < 50; ++i) log += at(i) + std::string(400, 'x') + "\n";
  const LogPage first = next_log_page({}, log, true);
  EXPECT_EQ(time_text(first.next.since_ns), "2026-11-26T04:08:48Z");  // a second before the newest
  const std::size_t line = at(0).size() + 401;
  EXPECT_EQ(first.next.given, 2 * line);
  const std::string rest = log.substr(48 * line) + at(50) + "new\n";
  EXPECT_EQ(next_log_page(first.next, rest, true).data, "new\n");
}

TEST(LogPages, GoByTimeWhenTheLogWasCut) {
  const std::string log = at(1) + "one\n" + at(2) + "two\n";
  const LogPage first = next_log_page({}, log, true);
  const std::string rotated = at(2) + "two\n" + at(3) + "three\n";
  ASSERT_LT(rotated.size() - 6, log.size());
  const LogPage second = next_log_page(first.next, rotated.substr(0, log.size() - 1), true);
  EXPECT_EQ(second.data, "");  // "three" is not whole yet
  EXPECT_EQ(next_log_page(second.next, rotated, true).data, "three\n");
}

TEST(LogPages, BeginAtTheEndAndGoOnFromThere) {
  const std::string log = at(1) + "one\n" + at(2) + "two\n";
  const LogPage tail = last_log_page(log, 6, 1000);
  EXPECT_EQ(tail.data, "e\ntwo\n");
  EXPECT_EQ(tail.next.offset, 1006);
  const LogPage next = next_log_page(tail.next, at(2) + "two\n" + at(2, 7) + "three\n", true);
  EXPECT_EQ(next.data, "three\n");
  EXPECT_EQ(next.next.offset, 1012);
}

}  // namespace
}  // namespace berth
