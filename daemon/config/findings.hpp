// What is wrong with a site file, gathered while it is read.
#pragma once

#include <string>
#include <utility>

#include "config/site.hpp"

namespace berth {

class Findings {
 public:
  explicit Findings(SiteCheck& check) : check_(check) {}

  void wrong(int line, std::string message) {
    check_.problems.push_back({line, std::move(message)});
  }
  // A hint is looked for among all names, and after so many problems nobody reads one.
  bool are_many() const { return check_.problems.size() >= 100; }
  void stands(const std::string& path, int line) { check_.lines[path] = line; }
  int line_of(const std::string& path) const {
    const auto found = check_.lines.find(path);
    return found == check_.lines.end() ? 0 : found->second;
  }

 private:
  SiteCheck& check_;
};

}  // namespace berth
