// The command line as its parser declares it: what manual pages and completion are made of, so that
// neither can tell of anything else.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace berth {

struct OptionShape {
  std::vector<std::string> names;  // "-o", "--output"; of an argument its one name: "job"
  std::string value;               // "FORM"; empty: a flag
  std::vector<std::string> choices;
  std::string help;
  std::string otherwise;  // its default, where that is shown
  bool is_required = false;
  bool repeats = false;
};

struct VerbShape {
  std::string name;
  std::string summary;
  std::string more;  // examples and exit codes
  std::vector<OptionShape> arguments;
  std::vector<OptionShape> options;
  std::vector<VerbShape> verbs;
};

// Without what is hidden from help.
VerbShape shape_of(const CLI::App& app);

}  // namespace berth
