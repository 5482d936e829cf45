// How long the calls to one cluster took.
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.hpp"
#include "plugins/backend_forms.hpp"

namespace berth {

// One that was given up took as long as it was waited for. [any]
class BackendTimes {
 public:
  void add(BackendFunction function, std::int64_t took_ns) {
    by_function_[static_cast<std::size_t>(function)].add(took_ns);
  }

  // Of functions that were called, by name.
  std::vector<std::pair<std::string_view, Histogram::Value>> values() const {
    std::vector<std::pair<std::string_view, Histogram::Value>> all;
    for (std::size_t i = kFirst; i < by_function_.size(); ++i) {
      const Histogram::Value value = by_function_[i].value();
      if (value.count() > 0)
        all.emplace_back(function_name(static_cast<BackendFunction>(i)), value);
    }
    return all;
  }

 private:
  static constexpr auto kFirst = static_cast<std::size_t>(BackendFunction::kStart);
  static constexpr auto kEnd = static_cast<std::size_t>(BackendFunction::kStop) + 1;
  std::array<Histogram, kEnd> by_function_;
};

}  // namespace berth
