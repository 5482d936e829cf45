#include "model/quantity.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace berth {
namespace {

using Parse = Result<std::int64_t> (*)(std::string_view);
constexpr std::nullopt_t kRefused = std::nullopt;

struct Row {
  const char* text;
  std::optional<std::int64_t> amount;
};

template <std::size_t N>
void expect_rows(Parse parse, const char* code, const Row (&rows)[N]) {
  for (const Row& row : rows) {
    const auto parsed = parse(row.text);
    EXPECT_EQ(parsed ? *parsed : -1, row.amount.value_or(-1)) << "\"" << row.text << "\"";
    EXPECT_EQ(parsed ? code : parsed.error().code, code) << "\"" << row.text << "\"";
  }
}

TEST(Quantity, IsReadAsThousandths) {
  expect_rows(parse_milli, "BadQuantity",
              {{"0", 0},
               {"1", 1000},
               {"2", 2000},
               {"1.5", 1500},
               {"0.1", 100},
               {"500m", 500},
               {"1500m", 1500},
               {"0.5m", 1},
               {"2k", 2'000'000},
               {"0.0001", 1},
               {"007", 7000},
               {"9000000000000", 9'000'000'000'000'000}});
}

TEST(Quantity, IsReadAsBytes) {
  expect_rows(parse_bytes, "BadQuantity",
              {{"0", 0},
               {"1073741824", 1'073'741'824},
               {"16Gi", 17'179'869'184},
               {"1.5Gi", 1'610'612'736},
               {"500M", 500'000'000},
               {"1Ki", 1024},
               {"1Pi", 1'125'899'906'842'624},
               {"0.3", 1},
               {"1500m", 2}});
}

TEST(Quantity, OfHostileFormIsRefused) {
  constexpr Row kHostile[] = {{"", kRefused},
                              {" ", kRefused},
                              {"1 ", kRefused},
                              {" 1", kRefused},
                              {"1e9", kRefused},
                              {"1E3", kRefused},
                              {"-1", kRefused},
                              {"+1", kRefused},
                              {"0x10", kRefused},
                              {"\u0661", kRefused},  // ARABIC-INDIC DIGIT ONE
                              {".", kRefused},
                              {"1..2", kRefused},
                              {"1.2.3", kRefused},
                              {"Gi", kRefused},
                              {"1gi", kRefused},
                              {"1GI", kRefused},
                              {"1Gib", kRefused},
                              {"1 Gi", kRefused},
                              {"1,5", kRefused},
                              {"inf", kRefused},
                              {"nan", kRefused},
                              {"1/2", kRefused},
                              {"--1", kRefused},
                              {"1m1", kRefused},
                              {"99999999999999Ti", kRefused},
                              {"99999999999999999999999999999999999999999999", kRefused}};
  expect_rows(parse_milli, "BadQuantity", kHostile);
  expect_rows(parse_bytes, "BadQuantity", kHostile);
  EXPECT_FALSE(parse_bytes(std::string(1000, '9')));
  EXPECT_FALSE(parse_bytes(std::string_view("1\0", 2)));
}

TEST(Duration, IsReadAsMilliseconds) {
  expect_rows(parse_duration_ms, "BadDuration",
              {{"0s", 0},
               {"250ms", 250},
               {"90s", 90'000},
               {"30m", 1'800'000},
               {"1.5h", 5'400'000},
               {"1h30m", 5'400'000},
               {"7d", 604'800'000},
               {"1d2h3m4s5ms", 93'784'005}});
}

TEST(Duration, OfHostileFormIsRefused) {
  expect_rows(parse_duration_ms, "BadDuration",
              {{"", kRefused},
               {"0", kRefused},
               {"30", kRefused},
               {"m", kRefused},
               {"-1s", kRefused},
               {"1e3s", kRefused},
               {"0x1s", kRefused},
               {"1 h", kRefused},
               {"1h30", kRefused},
               {"1H", kRefused},
               {"1y", kRefused},
               {"1hs", kRefused},
               {"\u0661s", kRefused},
               {"99999999999999d", kRefused},
               {"5000000000000s5000000000000s", kRefused}});
}

TEST(Quantity, IsWrittenAsPeopleReadIt) {
  EXPECT_EQ(milli_text(0), "0");
  EXPECT_EQ(milli_text(500), "0.5");
  EXPECT_EQ(milli_text(1500), "1.5");
  EXPECT_EQ(milli_text(4000), "4");
  EXPECT_EQ(milli_text(100'000), "100");
  EXPECT_EQ(bytes_text(0), "0");
  EXPECT_EQ(bytes_text(100), "100");
  EXPECT_EQ(bytes_text(17'179'869'184), "16Gi");
  EXPECT_EQ(bytes_text(1'610'612'736), "1.5Gi");
}

TEST(Duration, IsWrittenInItsTwoLargestUnits) {
  EXPECT_EQ(duration_text(0), "0ms");
  EXPECT_EQ(duration_text(250), "250ms");
  EXPECT_EQ(duration_text(1000), "1s");
  EXPECT_EQ(duration_text(300'000), "5m");
  EXPECT_EQ(duration_text(5'400'000), "1h30m");
  EXPECT_EQ(duration_text(93'784'005), "1d2h");
  EXPECT_EQ(duration_text(86'400'000 + 60'000), "1d1m");
}

}  // namespace
}  // namespace berth
