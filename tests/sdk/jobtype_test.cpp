#include <gtest/gtest.h>

#include <berth/jobtype.hpp>
#include <berth/testing.hpp>
#include <stdexcept>

namespace berth::testing {
namespace {

struct Echo {
  static constexpr std::string_view section = "echo";
  static constexpr std::string_view formats[] = {"process/group", "kubernetes/objects"};
  static constexpr std::string_view manifests[] = {"example.dev/v1/Echo"};

  problems validate(std::string_view request) const {
    problems found;
    if (request != "{}") found.add("echo", "is not empty");
    return found;
  }
  std::string groups(std::string_view) const { throw std::runtime_error("no groups today"); }
  std::string render(std::string_view order) const { return "rendered " + std::string(order); }
  std::string interpret(std::string_view native) const { return "seen " + std::string(native); }
};

struct Prober : Echo {
  std::string probe(std::string_view turn) const { return "asked " + std::string(turn); }
};

constexpr berth_plugin kEcho = define_jobtype<Echo>("echo", "1.0.0", "Says what it hears");
constexpr berth_plugin kProber = define_jobtype<Prober>("prober", "1.0.0", "Asks, too");

const berth_jobtype_functions& functions_of(const berth_plugin& plugin) {
  return *static_cast<const berth_jobtype_functions*>(plugin.functions);
}

using Function = std::int32_t (*)(void*, berth_str, const berth_sink*);

std::string ask(Plugin& plugin, Function function, std::string_view text) {
  std::string answer;
  const berth_sink sink = {&answer, [](void* context, berth_str piece) {
                             static_cast<std::string*>(context)->append(as_view(piece));
                           }};
  return function(plugin.instance(), as_str(text), &sink) == 0 ? answer : "fault";
}

TEST(JobType, PassesTextsThroughTheTable) {
  Plugin echo(kEcho);
  const berth_jobtype_functions& functions = functions_of(kEcho);
  EXPECT_EQ(ask(echo, functions.validate, "{}"), "[]");
  EXPECT_EQ(ask(echo, functions.validate, "[]"), R"([{"path":"echo","message":"is not empty"}])");
  EXPECT_EQ(ask(echo, functions.render, "order"), "rendered order");
  EXPECT_EQ(ask(echo, functions.interpret, "status"), "seen status");
}

TEST(JobType, ThatThrowsIsAFaultAndALogLine) {
  Plugin echo(kEcho);
  EXPECT_EQ(ask(echo, functions_of(kEcho).groups, "{}"), "fault");
  EXPECT_EQ(echo.host().log_lines(), std::vector<std::string>{"groups threw: no groups today"});
}

TEST(JobType, NamesItsSectionFormatsAndManifests) {
  const berth_jobtype_functions& functions = functions_of(kEcho);
  EXPECT_EQ(as_view(functions.section), "echo");
  ASSERT_EQ(functions.format_count, 2u);
  EXPECT_EQ(as_view(functions.formats[1]), "kubernetes/objects");
  ASSERT_EQ(functions.manifest_count, 1u);
  EXPECT_EQ(as_view(functions.manifests[0]), "example.dev/v1/Echo");
}

TEST(JobType, MayLeaveOutTheProbe) {
  EXPECT_EQ(functions_of(kEcho).probe, nullptr);
  Plugin prober(kProber);
  EXPECT_EQ(ask(prober, functions_of(kProber).probe, "turn"), "asked turn");
}

}  // namespace
}  // namespace berth::testing
