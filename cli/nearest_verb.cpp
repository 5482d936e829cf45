#include "cli/nearest_verb.hpp"

#include <CLI/App.hpp>

#include "base/nearest.hpp"

namespace berth {
namespace {

const CLI::App* child_of(const CLI::App& app, const std::string& name) {
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (child->get_name() == name) return child;
  }
  return nullptr;
}

std::vector<std::string> verbs_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(child->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::string said(const std::string& what, const std::string& word,
                 const std::vector<std::string>& names, const std::string& otherwise) {
  const auto near = nearest(word, names);
  return "error: no " + what + " \"" + word + "\"; " +
         (near ? "nearest: \"" + *near + "\"" : otherwise);
}

bool is_known(const std::string& option, const std::vector<std::string>& names) {
  const std::string name = option.substr(0, option.find('='));
  for (const std::string& each : names) {
    if (each == name) return true;
  }
  return false;
}

}  // namespace

std::string wrong_word_text(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* at = &app;
  std::string path = "berth";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--socket") {
      ++i;  // and its value
    } else if (word.starts_with("--")) {
      if (!is_known(word, options_of(*at)))
        return said("option", word, options_of(*at), "see " + path + " --help");
    } else if (!word.starts_with("-") && !verbs_of(*at).empty()) {
      const CLI::App* child = child_of(*at, word);
      if (child == nullptr) return said("verb", word, verbs_of(*at), "see " + path + " --help");
      at = child;
      path += " " + word;
    }
  }
  return "";
}

}  // namespace berth
