#include "plugins/option_values.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

OptionRow an_option(berth_value_type type) {
  OptionRow row;
  row.name = "it";
  row.help = "something";
  row.type = type;
  return row;
}

OptionRow with_range(OptionRow row, double least, double most) {
  row.has_range = true;
  row.least = least;
  row.most = most;
  return row;
}

OptionRow with_default(OptionRow row, const char* fallback) {
  row.fallback = fallback;
  return row;
}

PluginSetting set_to(OptionValue value) {
  PluginSetting setting;
  setting.instance = "mine";
  setting.options["it"] = {std::move(value), 7};
  return setting;
}

struct Good {
  const char* name;
  OptionRow row;
  OptionValue value;
  std::int64_t integer = 0;
  double number = 0;
};

TEST(OptionValues, AreConvertedAsTheTableSays) {
  const Good rows[] = {
      {"integer", an_option(BERTH_INTEGER), std::int64_t{-7}, -7},
      {"number", an_option(BERTH_NUMBER), 2.5, 0, 2.5},
      {"whole number", an_option(BERTH_NUMBER), std::int64_t{3}, 0, 3},
      {"true", an_option(BERTH_BOOLEAN), true, 1},
      {"false", an_option(BERTH_BOOLEAN), false, 0},
      {"thousandths", an_option(BERTH_MILLI), std::string("500m"), 500},
      {"whole amount", an_option(BERTH_MILLI), std::int64_t{2}, 2000},
      {"part of an amount", an_option(BERTH_MILLI), 1.5, 1500},
      {"bytes with a unit", an_option(BERTH_BYTES), std::string("16Gi"), 17179869184},
      {"bytes", an_option(BERTH_BYTES), std::int64_t{1024}, 1024},
      {"duration", an_option(BERTH_DURATION), std::string("1h30m"), 5'400'000},
      {"at the least", with_range(an_option(BERTH_INTEGER), 1, 5), std::int64_t{1}, 1},
      {"at the most", with_range(an_option(BERTH_INTEGER), 1, 5), std::int64_t{5}, 5},
  };
  for (const Good& row : rows) {
    const PluginSetting setting = set_to(row.value);
    const auto values = convert_options({row.row}, &setting);
    ASSERT_TRUE(values) << row.name << ": " << values.error().message;
    ASSERT_EQ(values->size(), 1U);
    EXPECT_EQ((*values)[0].size, sizeof(berth_value));
    EXPECT_EQ((*values)[0].type, row.row.type) << row.name;
    EXPECT_EQ((*values)[0].integer, row.integer) << row.name;
    EXPECT_EQ((*values)[0].number, row.number) << row.name;
  }
}

TEST(OptionValues, KeepTheMemoryOfTextsWhenMoved) {
  PluginSetting setting;
  setting.options["a"] = {std::string("short"), 1};
  setting.options["b"] = {std::vector<std::string>{"x", std::string(100, 'y')}, 2};
  OptionRow text = an_option(BERTH_TEXT);
  text.name = "a";
  OptionRow list = an_option(BERTH_TEXT_LIST);
  list.name = "b";
  auto made = convert_options({text, list}, &setting);
  const OptionValues values = std::move(*made);
  EXPECT_EQ(std::string(values[0].text.data, values[0].text.size), "short");
  ASSERT_EQ(values[1].list_count, 2U);
  EXPECT_EQ(std::string(values[1].list[1].data, values[1].list[1].size), std::string(100, 'y'));
}

struct Fallback {
  const char* text;
  berth_value_type type;
  std::int64_t integer;
  double number = 0;
};

TEST(OptionValues, ComeFromTheDefaultWhenTheSiteSaysNothing) {
  const Fallback rows[] = {{"12", BERTH_INTEGER, 12},       {"0.25", BERTH_NUMBER, 0, 0.25},
                           {"true", BERTH_BOOLEAN, 1},      {"2", BERTH_MILLI, 2000},
                           {"2Gi", BERTH_BYTES, 2LL << 30}, {"30m", BERTH_DURATION, 1'800'000}};
  for (const Fallback& row : rows) {
    const auto values = convert_options({with_default(an_option(row.type), row.text)}, nullptr);
    ASSERT_TRUE(values) << row.text;
    EXPECT_EQ((*values)[0].integer, row.integer) << row.text;
    EXPECT_EQ((*values)[0].number, row.number) << row.text;
  }
}

TEST(OptionValues, SplitTheDefaultOfAListAtItsCommas) {
  const auto row = an_option(BERTH_TEXT_LIST);
  const auto two = convert_options({with_default(row, "H100, A100")}, nullptr);
  ASSERT_EQ((*two)[0].list_count, 2U);
  EXPECT_EQ(std::string((*two)[0].list[1].data, (*two)[0].list[1].size), "A100");
  EXPECT_EQ((*convert_options({with_default(row, "")}, nullptr))[0].list_count, 0U);
}

struct Bad {
  OptionRow row;
  OptionValue value;
  const char* said;
};

TEST(OptionValues, ThatAreWrongAreRefusedInWords) {
  const Bad rows[] = {
      {an_option(BERTH_TEXT), std::int64_t{1}, "mine.it: must be text in quotes"},
      {an_option(BERTH_PATH), std::int64_t{1}, "mine.it: must be a path in quotes"},
      {an_option(BERTH_INTEGER), std::string("1"), "must be a whole number"},
      {an_option(BERTH_INTEGER), 1.0, "must be a whole number"},
      {an_option(BERTH_NUMBER), true, "must be a number"},
      {an_option(BERTH_BOOLEAN), std::int64_t{1}, "must be true or false"},
      {an_option(BERTH_MILLI), std::string("plenty"), "\"plenty\""},
      {an_option(BERTH_MILLI), std::int64_t{-1}, "must be a quantity such as \"500m\" or 2"},
      {an_option(BERTH_BYTES), std::int64_t{-1}, "must be bytes such as \"16Gi\""},
      {an_option(BERTH_DURATION), std::int64_t{30}, "must be a duration such as \"30s\""},
      {an_option(BERTH_DURATION), std::string("soon"), "\"soon\" is no duration"},
      {an_option(BERTH_TEXT_LIST), std::string("a"), "must be a list such as"},
      {with_range(an_option(BERTH_INTEGER), 1, 5), std::int64_t{0}, "is 0; the least is 1"},
      {with_range(an_option(BERTH_INTEGER), 1, 5), std::int64_t{6}, "is 6; the most is 5"},
      {with_range(an_option(BERTH_MILLI), 0, 8000), std::int64_t{9}, "is 9; the most is 8"},
      {with_range(an_option(BERTH_BYTES), 0, 1024), std::string("2Ki"), "is 2Ki; the most is 1Ki"},
      {with_range(an_option(BERTH_DURATION), 1000, 2000), std::string("3s"), "the most is 2s"},
  };
  for (const Bad& row : rows) {
    const PluginSetting setting = set_to(row.value);
    const auto values = convert_options({row.row}, &setting);
    ASSERT_FALSE(values) << row.said;
    EXPECT_NE(values.error().message.find(row.said), std::string::npos) << values.error().message;
  }
}

TEST(OptionValues, NameAllThatIsWrongAtOnce) {
  OptionRow wanted = an_option(BERTH_INTEGER);
  wanted.name = "headroom";
  PluginSetting setting = set_to(std::int64_t{1});
  setting.options["headrom"] = {std::int64_t{1}, 8};
  const auto values = convert_options({wanted}, &setting);
  ASSERT_FALSE(values);
  EXPECT_EQ(
      values.error().message,
      "plugins.mine.headroom: must be set: something; plugins.mine.headrom: no such option; it "
      "has: headroom; nearest: \"headroom\"; plugins.mine.it: no such option; it has: headroom");
  EXPECT_EQ(values.error().details.size(), 3U);
}

TEST(OptionValues, HaveADefaultThatIsHeldToItsOwnRange) {
  EXPECT_TRUE(parse_fallback(with_range(with_default(an_option(BERTH_INTEGER), "5"), 1, 5)));
  EXPECT_FALSE(parse_fallback(with_range(with_default(an_option(BERTH_INTEGER), "6"), 1, 5)));
  EXPECT_FALSE(parse_fallback(with_default(an_option(BERTH_BOOLEAN), "yes")));
}

}  // namespace
}  // namespace berth
