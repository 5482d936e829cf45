#include "config/site.hpp"

namespace berth {
namespace {

std::string line_text(const std::string& file, const SiteProblem& problem) {
  const std::string place = problem.line > 0 ? file + ":" + std::to_string(problem.line) : file;
  return place + ": " + problem.message + "\n";
}

}  // namespace

std::string problems_text(const SiteCheck& check) {
  if (check.problems.empty()) return {};
  std::string text;
  for (const SiteProblem& each : check.problems) text += line_text(check.site.file.string(), each);
  const std::size_t count = check.problems.size();
  return text + std::to_string(count) + (count == 1 ? " error" : " errors") +
         "; nothing was changed\n";
}

}  // namespace berth
