// What may stand where somebody pressed the tabulator.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/verb_shape.hpp"

namespace berth {

struct Candidate {
  std::string word;
  std::string meaning;  // may be empty
};

// What a daemon has: "jobs" (those that can be acted on), "job" (any), "cluster", "project", ...
using LiveNames = std::function<std::vector<Candidate>(const std::string& what)>;

struct Candidates {
  std::vector<Candidate> words;
  bool files = false;  // names of files, too
};

// `words` are those behind "berth"; the last, which may be empty, is the one to complete.
Candidates complete_words(const VerbShape& berth, const std::vector<std::string>& words,
                          const LiveNames& live);

}  // namespace berth
