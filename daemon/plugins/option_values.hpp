// Options as the site file has them, made into what a plugin's table asks for.
#pragma once

#include <berth/abi.h>

#include <deque>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/site.hpp"
#include "plugins/descriptor.hpp"

namespace berth {

// The values of one instance, in the order of the table, with the memory they point to.
class OptionValues {
 public:
  OptionValues() = default;
  OptionValues(OptionValues&&) = default;  // the texts stay where they are
  OptionValues& operator=(OptionValues&&) = default;

  const berth_value* data() const { return values_.data(); }
  std::uint64_t size() const { return values_.size(); }
  const berth_value& operator[](std::size_t i) const { return values_[i]; }

  void add(berth_value value) { values_.push_back(value); }
  berth_str keep(std::string text);
  void add_list(berth_value value, const std::vector<std::string>& items);

 private:
  std::vector<berth_value> values_;
  std::deque<std::string> texts_;
  std::deque<std::vector<berth_str>> lists_;
};

// Errors: "BadOption", all that is wrong at once: the message joins them, the details have one
// each. [any]
Result<OptionValues> convert_options(const std::vector<OptionRow>& table,
                                     const PluginSetting* setting);

// Whether a row's default is a value of its type and in its range. Errors: "BadOption". [any]
Result<void> parse_fallback(const OptionRow& row);

}  // namespace berth
