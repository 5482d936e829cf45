#include <gtest/gtest.h>

#include <berth/filter.hpp>
#include <berth/testing.hpp>

namespace berth::testing {
namespace {

// What `start` saw of the options, for the tests to read.
std::string seen;

struct AllTypes {
  std::string text;
  berth::name word;
  std::int64_t count = 0;
  double ratio = 0;
  bool on = false;
  berth::milli cpu{};
  berth::bytes memory{};
  std::chrono::milliseconds pause{};
  std::vector<std::string> texts;
  std::vector<berth::name> words;
  berth::counter calls;
  static constexpr std::tuple options{
      berth::option{"text", &AllTypes::text, "a text", "plain"},
      berth::option{"word", &AllTypes::word, "a name", "west"},
      berth::option{"count", &AllTypes::count, "a whole number", "3", berth::range{1, 9}},
      berth::option{"ratio", &AllTypes::ratio, "a number", "0.25"},
      berth::option{"on", &AllTypes::on, "a choice", "true"},
      berth::option{"cpu", &AllTypes::cpu, "a quantity", "500m"},
      berth::option{"memory", &AllTypes::memory, "bytes", "2Gi"},
      berth::option{"pause", &AllTypes::pause, "a duration", "30m"},
      berth::option{"texts", &AllTypes::texts, "a list", ""},
      berth::option{"words", &AllTypes::words, "a list of names", "a,b"}};
  enum why : std::uint16_t { no = 1, hidden = 9 };
  static constexpr berth::reason reasons[] = {{no, "No", "no", berth::never}};

  void start(const berth::Host& host) {
    if (text == "refuse") throw std::invalid_argument("this text will not do");
    calls = host.metric("calls", "how often it was called");
    seen = text + '|' + std::to_string(count) + '|' + std::to_string(ratio) + '|' +
           (on ? "on" : "off") + '|' + std::to_string(cpu.value()) + '|' +
           std::to_string(memory.value()) + '|' + std::to_string(pause.count()) + '|' +
           std::to_string(texts.size()) + '|' + std::to_string(words.size()) + '|' +
           (word == host.lookup("west") ? "west" : "elsewhere");
  }

  berth::verdict check(const berth::Job&, const berth::Pool&) const {
    calls.add();
    if (text == "throw") throw std::runtime_error("thrown on purpose");
    if (text == "hidden reason") return hidden;
    return berth::fits;
  }
};

constexpr berth_plugin kPlugin =
    define_filter<AllTypes>("all_types", "1.0.0", "Every type of option");

TEST(Options, ReachTheMembersTheyAreBoundTo) {
  Plugin filter(kPlugin);
  EXPECT_EQ(seen, "plain|3|0.250000|on|500|2147483648|1800000|0|2|west");
}

TEST(Options, TakeWhatTheSiteSays) {
  Plugin filter(kPlugin, {{"text", "own"},
                          {"count", "7"},
                          {"ratio", "1.5"},
                          {"on", "false"},
                          {"cpu", "2"},
                          {"memory", "1k"},
                          {"pause", "5s"},
                          {"texts", "x,y,z"},
                          {"words", ""},
                          {"word", "east"}});
  EXPECT_EQ(seen, "own|7|1.500000|off|2000|1000|5000|3|0|elsewhere");
}

TEST(Options, CarryTheirRange) {
  EXPECT_EQ(kPlugin.options[2].has_range, 1u);
  EXPECT_EQ(kPlugin.options[2].least, 1);
  EXPECT_EQ(kPlugin.options[2].most, 9);
  EXPECT_EQ(kPlugin.options[3].has_range, 0u);
}

TEST(Options, OfTheWrongTypeOrNumberAreRefusedInWords) {
  const auto refusal = [](const berth_value* values, std::uint64_t count) {
    FakeHost host;
    std::string why;
    const berth_sink sink = {&why, [](void* context, berth_str text) {
                               static_cast<std::string*>(context)->append(as_view(text));
                             }};
    EXPECT_EQ(kPlugin.create(host.record(), values, count, &sink), nullptr);
    return why;
  };
  EXPECT_EQ(refusal(nullptr, 0),
            "got 0 option values, which is not what the option table asks for");
  const std::vector<berth_value> wrong(10, berth_value{sizeof(berth_value), BERTH_BOOLEAN});
  EXPECT_EQ(refusal(wrong.data(), wrong.size()), "option text came with the wrong type");
}

TEST(Veneer, TellsWhyAPluginRefusesToStart) {
  try {
    Plugin filter(kPlugin, {{"text", "refuse"}});
    FAIL() << "it started";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "this text will not do");
  }
}

TEST(Veneer, TurnsAThrowIntoAFaultAndALogLine) {
  Plugin filter(kPlugin, {{"text", "throw"}});
  EXPECT_THROW(filter.check(a_job(), a_pool("p")), std::runtime_error);
  EXPECT_EQ(filter.host().log_lines(), std::vector<std::string>{"check threw: thrown on purpose"});
}

TEST(Veneer, CallsAReasonThatIsNotInTheTableAFault) {
  Plugin filter(kPlugin, {{"text", "hidden reason"}});
  EXPECT_THROW(filter.check(a_job(), a_pool("p")), std::runtime_error);
}

TEST(Veneer, CountsOnTheHostsCounters) {
  Plugin filter(kPlugin);
  filter.check_all(a_job(), {a_pool("p"), a_pool("q")});
  EXPECT_EQ(filter.host().counted("calls"), 2);
}

}  // namespace
}  // namespace berth::testing
