#include "cli/complete_words.hpp"

#include <algorithm>

namespace berth {
namespace {

const OptionShape* option_named(const VerbShape& verb, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  for (const OptionShape& option : verb.options)
    if (std::find(option.names.begin(), option.names.end(), name) != option.names.end())
      return &option;
  return nullptr;
}

// How far the words before the last have led.
struct Position {
  const VerbShape* verb;
  std::size_t arguments = 0;             // that are there already
  const OptionShape* waiting = nullptr;  // an option whose value comes next
  bool is_behind_dashes = false;         // what stands there is a command of its own
};

void step(Position& at, const VerbShape& berth, const std::string& word) {
  if (at.is_behind_dashes || word == "=") return;  // some shells make "=" a word
  if (at.waiting != nullptr) {
    at.waiting = nullptr;
  } else if (word == "--") {
    at.is_behind_dashes = true;
  } else if (word.starts_with('-')) {
    const OptionShape* option = option_named(*at.verb, word);
    if (option == nullptr) option = option_named(berth, word);
    const bool wants_value = option != nullptr && !option->value.empty();
    if (wants_value && word.find('=') == std::string::npos) at.waiting = option;
  } else if (at.verb->verbs.empty()) {
    ++at.arguments;
  } else {
    const auto& verbs = at.verb->verbs;
    const auto found = std::find_if(verbs.begin(), verbs.end(),
                                    [&](const VerbShape& each) { return each.name == word; });
    if (found != verbs.end()) at.verb = &*found;
  }
}

Candidates values_of(const OptionShape& option, const LiveNames& live) {
  Candidates all;
  for (const std::string& choice : option.choices) all.words.push_back({choice, ""});
  if (!all.words.empty()) return all;
  all.files = option.value == "FILE" || option.value == "DIR" || option.value == "PATH";
  if (all.files) return all;
  std::string what = option.names.back();
  what.erase(0, what.find_first_not_of('-'));
  all.words = live(what);
  return all;
}

void add_options(std::vector<Candidate>& words, const VerbShape& verb) {
  for (const OptionShape& option : verb.options) words.push_back({option.names.back(), option.help});
}

Candidates next_words(const Position& at, const VerbShape& berth, const std::string& last,
                      const LiveNames& live) {
  Candidates all;
  all.files = at.is_behind_dashes;
  if (at.is_behind_dashes) return all;
  if (at.waiting != nullptr) return values_of(*at.waiting, live);
  if (last.starts_with('-')) {
    add_options(all.words, *at.verb);
    if (at.verb != &berth) add_options(all.words, berth);
    return all;
  }
  for (const VerbShape& verb : at.verb->verbs) all.words.push_back({verb.name, verb.summary});
  const auto& arguments = at.verb->arguments;
  if (at.arguments < arguments.size()) return values_of(arguments[at.arguments], live);
  if (!arguments.empty() && arguments.back().repeats) return values_of(arguments.back(), live);
  return all;
}

}  // namespace

Candidates complete_words(const VerbShape& berth, const std::vector<std::string>& words,
                          const LiveNames& live) {
  if (words.empty()) return {};
  Position at{&berth};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) step(at, berth, words[i]);
  const std::string last = words.back() == "=" ? "" : words.back();
  Candidates all = next_words(at, berth, last, live);
  std::erase_if(all.words, [&](const Candidate& each) { return !each.word.starts_with(last); });
  return all;
}

}  // namespace berth
