// How a verb is declared: its options live as long as the program that has it.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string>

#include "cli/output_form.hpp"
#include "cli/verbs.hpp"

namespace berth {

// A subcommand with examples under its help. `run` gets the options when the verb was called.
template <typename Options, typename Run>
std::shared_ptr<Options> add_verb(CLI::App*& verb, CLI::App& parent, Invocation& invocation,
                                  const std::string& name, const std::string& summary,
                                  const std::string& examples, Run run) {
  auto options = std::make_shared<Options>();
  verb = parent.add_subcommand(name, summary);
  verb->footer("Examples:\n" + examples);
  verb->callback([options, run, &invocation] { invocation.exit_code = run(*options); });
  return options;
}

inline void add_output_option(CLI::App& verb, std::string& output) {
  verb.add_option("-o,--output", output, "table, wide, name, json or yaml")
      ->check(CLI::IsMember(kOutputForms))
      ->type_name("FORM");
}

}  // namespace berth
