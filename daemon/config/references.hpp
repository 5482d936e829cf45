// Names in a site file that must be the name of something else in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.hpp"

namespace berth {

template <typename T>
std::vector<std::string> names_of(const std::vector<T>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const T& each : all) names.push_back(each.name);
  return names;
}

// `no owner "aplied-ai"; nearest: "applied-ai"`. [any]
inline std::string no_such(std::string_view what, const std::string& name,
                           const std::vector<std::string>& known) {
  std::string message = "no " + std::string(what) + " \"" + name + "\"";
  if (const auto near = nearest(name, known)) message += "; nearest: \"" + *near + "\"";
  return message;
}

}  // namespace berth
