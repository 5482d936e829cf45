#include "cli/complete_words.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace berth {
namespace {

OptionShape an_option(std::vector<std::string> names, std::string value,
                      std::vector<std::string> choices = {}) {
  OptionShape option;
  option.names = std::move(names);
  option.value = std::move(value);
  option.choices = std::move(choices);
  return option;
}

VerbShape a_verb(std::string name, std::vector<OptionShape> arguments,
                 std::vector<OptionShape> options) {
  VerbShape verb;
  verb.name = std::move(name);
  verb.arguments = std::move(arguments);
  verb.options = std::move(options);
  return verb;
}

VerbShape a_command_line() {
  OptionShape jobs = an_option({"jobs"}, "JOB");
  jobs.repeats = true;
  const OptionShape output = an_option({"-o", "--output"}, "FORM", {"table", "json"});
  VerbShape plugin = a_verb("plugin", {}, {});
  plugin.verbs = {a_verb("list", {}, {output}), a_verb("info", {an_option({"id"}, "ID")}, {output})};
  VerbShape berth = a_verb("berth", {}, {an_option({"--socket"}, "PATH"), an_option({"--help"}, "")});
  berth.verbs = {a_verb("kill", {jobs}, {an_option({"-r", "--reason"}, "TEXT")}),
                 a_verb("submit", {an_option({"file"}, "FILE")},
                        {an_option({"--project"}, "TEXT"), an_option({"-w", "--wait"}, "")}),
                 std::move(plugin)};
  return berth;
}

// "word word" of what may come next; "files" at the end when those may, too.
std::string next(const std::vector<std::string>& words) {
  const auto live = [](const std::string& what) {
    return std::vector<Candidate>{{what + "-one", ""}, {what + "-two", ""}};
  };
  const Candidates all = complete_words(a_command_line(), words, live);
  std::vector<std::string> found;
  for (const Candidate& each : all.words) found.push_back(each.word);
  if (all.files) found.push_back("files");
  return join(found, " ");
}

TEST(CompleteWords, KnowsWhatMayComeNext) {
  const struct {
    std::vector<std::string> words;
    std::string expected;
  } cases[] = {
      {{""}, "kill submit plugin"},
      {{"s"}, "submit"},
      {{"nothing"}, ""},
      {{"-"}, "--socket --help"},
      {{"--socket", ""}, "files"},
      {{"--socket", "run/s", "ki"}, "kill"},
      {{"plugin", ""}, "list info"},
      {{"plugin", "info", ""}, "id-one id-two"},
      {{"plugin", "info", "x", ""}, ""},  // one is all it takes
      {{"plugin", "list", "-o", ""}, "table json"},
      {{"plugin", "list", "--output", "j"}, "json"},
      {{"plugin", "list", "--output", "=", "j"}, "json"},
      {{"plugin", "list", "--output", "="}, "table json"},
      {{"kill", ""}, "jobs-one jobs-two"},
      {{"kill", "j1", "jobs-t"}, "jobs-two"},
      {{"kill", "j1", "--reason", "a", "--"}, "--reason --socket --help"},
      {{"submit", "--project", ""}, "project-one project-two"},
      {{"submit", "--wait", ""}, "files"},
      {{"submit", "--project", "eta", "--", "py"}, "files"},
  };
  for (const auto& each : cases) EXPECT_EQ(next(each.words), each.expected) << join(each.words, " ");
}

TEST(CompleteWords, HasNothingForNothing) { EXPECT_EQ(next({}), ""); }

}  // namespace
}  // namespace berth
