// What must hold whatever the input is.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace berth {

inline void must(bool holds, const char* what, const std::string& detail = "") {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s %s\n", what, detail.c_str());
  std::abort();
}

}  // namespace berth
