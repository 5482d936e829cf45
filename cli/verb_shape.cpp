#include "cli/verb_shape.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace berth {
namespace {

// The parser shows "FORM:{table,wide}": the name of a value, then what its check says of it.
void read_value(OptionShape& shape, const std::string& type) {
  shape.value = type.substr(0, type.find(':'));
  const auto open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return;
  std::string word;
  for (const char letter : type.substr(open + 1, close - open - 1) + ",") {
    if (letter != ',') {
      word += letter;
    } else if (!word.empty()) {
      shape.choices.push_back(word);
      word.clear();
    }
  }
}

OptionShape option_shape(const CLI::Option& option) {
  OptionShape shape;
  for (const std::string& name : option.get_snames()) shape.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) shape.names.push_back("--" + name);
  if (option.get_positional()) shape.names = {option.get_name(true)};
  if (option.get_items_expected_max() > 0) read_value(shape, option.get_type_name());
  shape.help = option.get_description();
  shape.otherwise = option.get_default_str();
  shape.is_required = option.get_required();
  shape.repeats = option.get_items_expected_max() > 1;
  return shape;
}

}  // namespace

VerbShape shape_of(const CLI::App& app) {
  VerbShape shape{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    auto& list = option->get_positional() ? shape.arguments : shape.options;
    list.push_back(option_shape(*option));
  }
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!verb->get_group().empty()) shape.verbs.push_back(shape_of(*verb));
  return shape;
}

}  // namespace berth
