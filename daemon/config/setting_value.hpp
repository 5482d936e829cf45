// One value of a site file, held to what its setting may be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "config/document.hpp"
#include "config/schema.hpp"

namespace berth {

// Errors: "BadSetting", with the sentence that follows the setting's name: "must be text, is 3".
// [any] Text, or one item of a list of text.
Result<std::string> text_value(const Setting& setting, const Value& value);
Result<std::int64_t> integer_value(const Setting& setting,
                                   const Value& value);  // milli, bytes, ms too
Result<bool> flag_value(const Setting& setting, const Value& value);
Result<double> number_value(const Setting& setting, const Value& value);

// What is read where the file says nothing, of a setting that has a default. Lives for ever. [any]
const Value& fallback_value(const Setting& setting);

inline constexpr std::string_view kNameForm =
    "a name (at most 63 of letters, digits, \"-\", \"_\" and \".\", a letter or digit first)";

}  // namespace berth
